# Records that pass from one structure to another.

error-only-the-owner-transfers = This record belongs to { $owner }: that structure alone can transfer it.
error-transfer-to-oneself = This record is your structure’s already.
error-already-offered = This record was offered to { $name } already.
    .hint = It is theirs as soon as one of their computers accepts: “capactif transfer accept”.
error-nothing-offered = Your structure offers this record to nobody, or it was accepted already.
    .hint = “capactif transfer list” shows what is offered.
error-not-offered = This record is not offered to your structure; it belongs to { $owner }.
    .hint = “capactif transfer list” shows what is offered. An offer comes with the next exchange: “capactif sync”.
