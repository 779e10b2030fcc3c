# What the local registry cannot do. One message `error-<code>` each; `.hint` says what to do next.

error-view-database = The local view of the registry could not be used: { $detail }
    .hint = Free some disk space, then run “capactif doctor --rebuild”: nothing is lost, it is built again.
error-view-disk-full = The disk is full: the local view of the registry cannot be kept up to date ({ $detail }).
    .hint = Free some space: nothing that was confirmed is lost, and the view catches up by itself.
error-view-files = The files of the local view could not be opened: { $detail }
    .hint = Check the permissions of the home folder, the free disk space and how many files the system lets a program open (ulimit -n).
error-view-malformed = The local view holds something unreadable ({ $what }).
    .hint = Run “capactif doctor --rebuild”: nothing is lost, it is built again.
error-unknown-record = No record is named { $id }.
    .hint = Look for it with “list” or “search”: lists show identities.
error-ambiguous-prefix = { $prefix } could be any of several records: { $candidates }.
    .hint = Give more characters of the identity.
error-malformed-prefix = { $prefix } is not the beginning of an identity.
    .hint = An identity is made of digits and letters from a to f; lists show them.
error-unknown-collection = There is no collection named { $collection }.
error-unknown-field = { $collection } has no field named { $field }.
    .hint = The help of the command “{ $collection } add” lists the fields.
error-malformed-condition = The condition “{ $condition }” is not understood.
    .hint = Write a field, an operator (=, !=, <, <=, >, >=, ~) and a value, for example price_max<=90000.
error-malformed-condition-value = “{ $value }” is nothing that the field { $field } can be compared with.
error-empty-search = There is no word to search for.
    .hint = Give at least one word that is not an article or a preposition.
error-forbidden-query = Only one SELECT statement is allowed ({ $reason }).
error-malformed-query = The query is not understood: { $reason }
    .hint = Only SELECT is allowed; each collection is a table (opportunity, project…), “record” holds them all.
error-query-too-long = The query was stopped after { $seconds } s.
    .hint = Narrow it with a condition, or add LIMIT.

error-record-exists = The record { $id } exists already.
error-record-erased = The record { $id } was erased for ever: it cannot be made again from the same origin.
    .hint = Change it with “set”.
error-empty-record = A record without any value cannot be created.
error-edit-too-large = The edit takes { $actual } bytes; an entry holds at most { $limit }.
    .hint = Shorten the text, or edit in several steps.
error-malformed-field = “{ $field }” cannot be the name of a field.
error-record-quarantined = The record { $id } was set aside on this device and cannot be changed.
    .hint = Run “capactif doctor --rebuild”; if it persists, report it: it is a defect of the software.
error-document-failure = The record could not be changed: { $detail }
    .hint = Run “capactif doctor --rebuild”; if it persists, report it: it is a defect of the software.

# What an entry waits for.
pending-unknown-author = its author's structure is not known yet
pending-missing-ancestor = an entry that it follows has not arrived yet
pending-unknown-version = the charter version it cites has not arrived yet
pending-version-not-in-force = the charter version it cites is not in force
pending-not-admitted = its author’s structure has not been admitted yet
pending-head-not-fixed = the charter has not yet fixed up to where this journal counts
pending-journal-below-head = the journal has not yet arrived up to where the charter lets it count
pending-journal-below-revocation = the journal has not yet arrived up to where its author’s structure lets it count
pending-author-suspended = its author is suspended
pending-quarantined = the record is set aside on this device

# Why an entry was not applied.
refused-malformed-body = its content does not have the expected form
refused-malformed-change = its change does not have the expected form
refused-needs-newer-version = the entry is of a newer version of Cap Actif: update capactif
refused-no-record = the entry names no record that it could be about
refused-wrong-epoch = it claims a series that its author has not opened here
refused-wrong-ancestors = it does not follow the record's creation
refused-wrong-sequence = its author has used this number before, or left one out
refused-wrong-operation-number = its operation numbers do not follow those of what it follows
refused-unseen-operation = it replaces what its author cannot have seen
refused-erasure-by-another = it erases a record that its structure does not own
refused-erasure-of-another-record = it erases another record than the one it names
refused-erasure-of-several-owners = it erases records of several structures at once
refused-transfer-by-another = it gives or accepts a record without its structure being the owner, or whom it is offered to
refused-transfer-of-another-record = it transfers another record than the one it names
refused-transfer-by-who-left = its author was no longer a member, or stands beyond what counts of it
refused-erasure-by-who-left = its author was no longer a member, or stands beyond what counts of it
refused-refused-ancestor = it follows an entry that was refused
refused-charter-falls-back = it cites an older charter version than an entry before it in the same journal
refused-not-granted = the charter did not give its author’s structure this mandate
refused-left-the-network = its author’s structure or device was no longer part of the network
refused-node-revoked = its author’s structure had revoked this device before
refused-beyond-head = it stands beyond the limit that the charter set to this journal
