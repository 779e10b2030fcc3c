# What is sealed (identities of holders, reasons, reports…), and why it does not open. One message `error-<code>` each.

error-nothing-sealed = Nothing is sealed under this record.
    .hint = If it has just arrived, run “capactif sync”; otherwise the structure that created it can fill it in.
error-not-a-reader = Sealed, read by { $readers }. Your structure is not among them.
    .hint = Ask one of them to open it to you, with the person’s consent: capactif grant.
error-sealing-secret-missing = This is sealed to your structure’s key no. { $generation }, whose secret is not on this node.
    .hint = Run “capactif sync”: another node of your structure hands it over. If there is none left, ask a structure that reads it to share it again.
error-wrap-elsewhere = The key that came with what is sealed was made for another record or another structure; it opens nothing here.
    .hint = Tell the structure that sealed it and the coordinator of the network: its node is broken, or hostile.
error-sealed-key-differs = The key is not the one that its author committed to: others might be shown another text. Nothing is shown.
    .hint = Tell the structure that sealed it and the coordinator of the network.
error-sealed-size-differs = The sealed file has { $actual } bytes, and its author states { $stated }.
    .hint = Ask the structure that sealed it to save it again.
error-sealed-unreadable = What is sealed here cannot be read: it was sealed wrongly.
    .hint = Ask the structure that sealed it to save it again.
error-sealed-newer = This was sealed by a newer version of Cap Actif.
    .hint = Update capactif.
error-sealed-too-large = This text has { $actual } bytes; at most { $limit } are sealed at once.
    .hint = Shorten it, or split it.

## With whom

error-own-sealing-key-missing = Your structure has not published a sealing key yet.
    .hint = Run “capactif sync”: it is published as soon as the main node of your structure is open.
error-recipient-without-key = No sealing key of { $name } is known yet: nothing can be sealed to it.
    .hint = Run “capactif sync”; if it persists, ask that structure to update Cap Actif and to synchronise.
error-recipient-suspended = { $name } is suspended: nothing is shared with it until the next version of the charter.
    .hint = “capactif charter show” says by whom and since when.
error-owner-keeps-reading = { $name } created this record and keeps reading it.
    .hint = For nobody to read it any more, ask that structure to erase it.
error-no-reader-to-remove = { $name } does not read what is sealed there.
    .hint = The record’s “show” says who reads it.
error-holder-shares-with-nobody = This person agreed to be known to the welcoming structure alone.
    .hint = If they changed their mind, note it first: capactif holder set … --sharing named.
error-sealed-in-conflict = Two structures wrote different things ({ $fields }): say which hold.
    .hint = The record’s “show” shows both; give each of these fields to “set” (of a holder, to “holder edit”).
error-sealed-without = Nothing could be sealed to { $names }: suspended, or no key of theirs is known yet.
    .hint = Open it to them later: capactif grant.
error-owner-seals-first = Nothing is sealed under this record yet, and { $name } alone, who created it, can begin.
    .hint = Ask that structure, or write a record of your own that refers to it (an activity, an opinion).
error-nothing-to-seal = Nothing is sealed in a record of the collection { $collection }.
    .hint = What is written there is read by all members; “docs/dictionary.md” says which fields are sealed.
error-share-without-sealed = “--share” says who reads what is sealed, and no sealed field is given ({ $fields }).
    .hint = Give one; to open to others what is sealed already: capactif grant.
error-sealed-too-often = This node sealed or shared this record { $limit } times; what it would add counts for nobody.
    .hint = Do it from another node of your structure.
