# Sealed parts and attachments as files. One message `error-<code>` each; `.hint` says what to do.

error-blob-not-held = The file { $blob } is not on this node (yet).
    .hint = Run “capactif sync”: a partner that holds it is asked for it.
error-blob-truncated = The file { $blob } has { $actual } bytes instead of { $stated }: it is truncated, and set aside.
    .hint = Run “capactif sync”: a partner that holds it is asked for it again.
error-blob-damaged = The file { $blob } was damaged on the disk; it is set aside.
    .hint = Run “capactif sync”: a partner that holds it is asked for it again. If it happens again, the disk needs replacing.
error-blob-other = A partner sent something other than the file { $blob } that was asked for; nothing of it was kept.
    .hint = It is asked for elsewhere. If it happens again, tell that partner and the coordinator of the network.
error-blob-too-large = This file has { $actual } MB; the limit is { $limit } MB.
    .hint = Make it smaller (a smaller photograph, a compressed document), then try again.
error-blob-over-quota = There is no room left for sealed parts and attachments: { $held } MB of { $quota } MB are used, and { $needed } more are needed.
    .hint = Raise blob_quota_mb in config.json, then start the node again. Nothing that is kept is dropped.

## Attachments

error-attachments-too-many = A record has { $limit } attachments at most.
    .hint = Take one away with “capactif opportunity detach”, or join the documents into one.
error-no-attachments-there = Records of “{ $collection }” have no attachments.
    .hint = Attach the file to the opportunity concerned.
error-unknown-attachment = This record has no attachment “{ $name }”.
    .hint = “capactif opportunity attachments” gives their names.
error-ambiguous-attachment = Several attachments are called “{ $name }”: { $candidates }.
    .hint = Give the beginning of the hash instead of the name.
error-attachment-too-large = “{ $path }” has { $actual } MB; an attachment has { $limit } at most.
    .hint = Make the photograph smaller, or compress the document.
error-attachment-kind = “{ $path }” is neither a photograph nor a document that is attached.
    .hint = Accepted are: { $accepted }.
error-blob-quota-reached = { $count } files are not asked of partners: the { $quota } MB for sealed parts and attachments are used up.
    .hint = Raise blob_quota_mb in config.json, then start the node again. Nothing that is kept is dropped.
