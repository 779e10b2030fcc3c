# Erasures: for ever, everywhere.

error-unknown-erasure-reason = “{ $reason }” is not a reason to erase.
    .hint = Give “mistake” (entered by mistake), “asked” (the person asked for it) or “retention” (the time it may be kept is over).
error-only-the-owner-erases = This record belongs to { $owner }: only that structure may erase it.
    .hint = Pass the request on to it. An erasure is for ever, at every partner.
error-unknown-erasure = No erasure of a record whose identity begins with { $id } is known here.
error-already-erased = The record { $id } is erased already.
    .hint = “capactif erase status” says on which computers it is done and which are still missing.
error-already-hidden = The record { $id } is erased already and shown to nobody; its bytes stay until the structure’s root key agrees.
    .hint = Give the same command on the computer that has the root key. Nothing else undoes it but shutting out the computer that erased.
error-erasure-differs = What was signed is not what this node would erase any more: nothing was erased.
    .hint = The record changed meanwhile: give the command again.
error-erasure-not-by-root = The key that signed is not the structure’s root key: nothing was erased.
    .hint = “capactif key show” says which one is.
