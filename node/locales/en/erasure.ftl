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
error-part-goes-at-once = A sealed part is erased by itself and at once: without an attachment, --hide or a root key.
    .hint = Give the command with --part, the reason and --yes, and nothing else.
error-unknown-part = This record has no sealed part “{ $part }”.
    .hint = { $count ->
        [0] Nothing is sealed there.
       *[other] What is sealed there is called: { $parts }.
    }
error-part-already-erased = { $part ->
    [identity] The sealed identity of this record is erased already.
    [details] What was sealed of this record is erased already.
   *[other] The sealed part “{ $part }” of this record is erased already.
    }
    .hint = “capactif erase status” says on which computers it is done and which are still missing.
error-only-owner-or-reader-erases = This record belongs to { $owner }, and your structure does not read what is sealed of it: it has nothing of it to erase.
    .hint = Pass the request on to { $owner }, which erases at every partner.
error-part-erased = { $part ->
    [identity] The sealed identity of this record was erased for ever: nothing is sealed there any more.
    [details] What was sealed of this record was erased for ever: nothing is sealed there any more.
   *[other] The sealed part “{ $part }” of this record was erased for ever: nothing is sealed there any more.
    }
    .hint = The structure that owns it makes a new record (“capactif holder add” for a project holder), has the project name that one (“capactif project set … --holder …”) and erases this one.
error-part-erased-here = { $part ->
    [identity] Your structure erased its own copy of the sealed identity: it reads it no more and writes none.
    [details] Your structure erased its own copy of what was sealed: it reads it no more and writes none.
   *[other] Your structure erased its own copy of the sealed part “{ $part }”: it reads it no more and writes none.
    }
    .hint = The other structures that read it keep theirs; ask the structure that owns the record.
error-recipient-erased-part = { $name } erased its own copy of { $part ->
    [identity] the sealed identity
    [details] what is sealed
   *[other] the sealed part “{ $part }”
    }: it is not opened to it again.
    .hint = An erasure is for ever. To let it read that, seal it in a new record.
error-attachment-erased = The file “{ $name }” was erased from this record: it is not attached to it again.
    .hint = Attach another file, a new photograph for instance.
error-attachment-already-erased = The file “{ $name }” of this record is erased already.
    .hint = “capactif erase status” says on which computers it is done and which are still missing.
error-attachment-already-hidden = The file “{ $name }” of this record is hidden already; its bytes stay until the structure’s root key agrees.
    .hint = Give the same command on the computer that has the root key, or here with --root-file.
