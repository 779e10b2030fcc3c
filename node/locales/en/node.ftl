# What the node itself refuses or finds. One message `error-<code>` each; `.hint` says what to do.

## The network that this folder belongs to

error-no-network = This folder belongs to no network yet.
    .hint = Found one with “capactif network found”, or join a partner with “capactif network join TICKET”.
error-network-exists = This folder belongs to the network “{ $network }” already; nothing was changed.
    .hint = For another network, name another folder with --home.
error-node-key-missing = This node’s secret key is missing: { $path }.
    .hint = Put that file back; failing that, restore a backup in another folder: capactif --home DIR restore FILE.
error-charter-missing = Version { $version } of the charter, on which this folder relies, is not in its store.
    .hint = Stop the node if it runs, then run “capactif doctor --repair”: what is damaged is kept as it is, what is sound is taken over, and partners send the rest again.
error-certificate-missing = This node’s journal does not open with its certificate.
    .hint = Stop the node if it runs, then run “capactif doctor --repair”: what is damaged is kept as it is, what is sound is taken over, and partners send the rest again.
error-stored-run-unreadable = A run of entries in the store cannot be read: { $reason }.
    .hint = Stop the node if it runs, then run “capactif doctor --repair”: what is damaged is kept as it is, what is sound is taken over, and partners send the rest again.
error-repair-unfinished = The repair of { $path } was interrupted.
    .hint = Run “capactif doctor --repair” again: it goes on where it stopped.
error-repair-needs-room = The repair needs { $needed } MB free on the disk of { $path }; there are { $free }.
    .hint = Free some space and try again; nothing was changed.
error-own-journal-incomplete = This node’s own journal is complete here only up to entry { $held }, and entry { $used } exists already: nothing can be written here until the rest has come back.
    .hint = Run “capactif sync”, or read a partner’s bundle (capactif bundle read FILE). If nobody has those entries any more: capactif doctor --repair --new-key.
error-own-journal-closed = Entries of this node may have been lost, and the structure’s key is not here to give it a new key: this node reads and exchanges, but writes no more.
    .hint = Ask the main node of your structure for a ticket for a new node, and use it in another folder: capactif --home DIR network join TICKET.
error-outbox-was-damaged = The outbox { $path } was damaged; it was made again from the journal, which lacks nothing. The damaged file is kept beside it.
    .hint = Nothing is left to do. If it happens again, replace the disk.
error-own-journal-ahead = Node { $peer } holds entries of this node up to number { $seq } that are missing here: this folder was put back from an older copy.
    .hint = Run “capactif sync”: what is missing comes back from that partner. If this stays, restore the backup in another folder with “capactif restore”.
error-own-journal-forked = Node { $peer } holds another continuation of this node’s journal: this folder was put back from an older copy and then used. What is written here no longer goes to that partner.
    .hint = Export what you entered since with “capactif export”, restore the backup in another folder with “capactif restore”, then import it.
error-foreign-journal-forked = Node { $peer } holds another continuation of the journal of node { $author }: that one was put back from an older copy, or somebody cheats. The other journals go on being exchanged.
    .hint = Tell the structure concerned and the network’s coordinator.

## Tickets and admission

error-ticket-prefix = This is not a ticket: a ticket begins with “CAPACTIF”.
    .hint = Copy the whole ticket as “capactif network invite” showed it.
error-ticket-character = The character “{ $character }” at position { $position } is not part of any ticket.
    .hint = Copy the whole ticket again.
error-ticket-damaged = The ticket was damaged on its way: a part is missing, or a character has changed.
    .hint = Copy the whole ticket again; if need be, have it sent again.
error-ticket-newer = This ticket was made by a newer version of Cap Actif.
    .hint = Update capactif, then try again with the same ticket.
error-invitation-unknown = The node that was to invite you does not know this ticket.
    .hint = Ask whoever sent it for a new ticket.
error-invitation-expired = This ticket has expired.
    .hint = Ask for a new ticket. If this one is recent, check the clocks of both computers.
error-invitation-used = Another node has used this ticket already.
    .hint = Ask for a new ticket, and say so if it was not you: a ticket gives access to the network.
error-inviter-not-now = The inviting node cannot admit anyone for now.
    .hint = For a computer of your own structure whose key is under a passphrase: run “capactif key admit” on the inviting node. Otherwise ask that partner to look at “capactif status” there. Then try again with the same ticket.
error-bad-certificate = The certificate exchanged for the admission does not hold; nothing was changed here.
    .hint = Ask for a new ticket; if it happens again, check with that partner that it is really them who invite.
error-charter-differs = The inviting node shows another charter than the ticket’s ({ $reason }).
    .hint = Go no further: ask that partner in person where the ticket comes from.
error-join-ended = The inviting node ended the conversation.
    .hint = Try again with the same ticket; if it persists, update both nodes.
error-join-no-answer = The inviting node did not answer the request.
    .hint = Try again with the same ticket; it stays good for this node.
error-bad-expiry = An invitation lasts between one hour and { $limit } hours.
    .hint = Give for instance --expires-in-hours 48.
error-missing-argument = { $argument } is missing.
    .hint = Add it; --help shows what the command expects.
error-bad-name = The name given in { $field } is empty or too long: between 1 and { $limit } bytes.
    .hint = Give a shorter name; an accented letter counts for two.
error-no-own-address = Nobody could reach this node: no address is known for it.
    .hint = Plug in the network, or name its address in public_addresses (config.json), then try again.
error-no-root-key = Your structure’s key is not on this node.
    .hint = Invite from the node that founded or joined the network for your structure.
error-roll-full = A network has at most { $limit } structures.

## Records

error-invalid-fields = { $count ->
        [one] One field needs correcting; nothing was written.
       *[other] { $count } fields need correcting; nothing was written.
    }
error-bad-input = The request does not have the expected form: { $reason }.
    .hint = Correct it; --help says what is expected.
error-bad-since = “{ $value }” is neither a day nor an instant.
    .hint = Write a day, 2026-12-31.
error-no-meeting-yet = No meeting was held yet.
    .hint = Say since which day: --since 2026-12-31.
error-bad-distance = “{ $value }” is not a distance.
    .hint = Write for instance 20km or 7.5 km.
error-within-without-near = A distance is measured from a place, which is missing.
    .hint = Add --near COMMUNE, for instance --near Ambert --within 20km.
error-not-in-conflict = The field { $field } of this record has one value only: there is nothing to settle.
    .hint = Use “set” to change that value.
error-not-the-owner = This record belongs to { $owner }: only that structure can remove or restore it.
    .hint = Ask them, or point out the mistake by changing the field concerned.
error-holds-one-value = The field { $field } holds a single value: nothing is added to it or taken from it.
    .hint = Give it its new value with “set”.
error-receiver-not-a-member = { $name } is not a member of the network: no node there can receive a referral.
    .hint = Choose a member (“capactif charter show”), or invite this structure with “capactif network invite”.
error-receiver-suspended = { $name } is suspended: nothing that it writes counts for now.
    .hint = Choose another structure, or wait for the end of the suspension (“capactif charter show”).
error-referral-not-sent = This referral was not sent.
    .hint = Correct what is said above, or choose another structure (“capactif structure list”).
error-two-leads = Several structures say that they lead this project: { $names }.
    .hint = Choose one: capactif project resolve { $id } --lead-structure STRUCTURE
error-reroute-to-same = { $name } has just declined this referral.
    .hint = Choose another structure with --to.

## Files

error-file-not-found = The file “{ $path }” does not exist.
    .hint = Check the path and the name.
error-file-exists = The file “{ $path }” is there already; it was not touched.
    .hint = Choose another name, or move that file away.
error-folder-not-found = There is no folder “{ $path }”.
    .hint = Create it, or choose another one.
error-file-not-allowed = This account may not open or write “{ $path }”.
    .hint = Check the owner and rights of the file and its folder, and that the disk is not mounted read-only.
error-file-disk-full = The disk to write “{ $path }” to is full.
    .hint = Free some space, or choose another disk.
error-file-too-many-open = Too many files are open: “{ $path }” cannot be opened as well.
    .hint = Close other programs or raise the limit (ulimit -n), then try again.
error-stored-once = Your edit is stored, but its second copy in the outbox could not be written.
    .hint = Nothing is lost. Make room on the disk or mend it, then start the node again: it writes the copy first.
error-stored-not-shown = Your edit is stored, but the local view of the registry could not follow.
    .hint = Do not repeat it: it is safe on the disk, and shows once the cause is gone (room on the disk, open files).
error-file-is-folder = “{ $path }” is a folder.
    .hint = Give the name of a file.
error-file-error = The file “{ $path }” cannot be read or written: { $reason }.
    .hint = Check your rights on the file and its folder, and the space on the disk.
error-unknown-format = “{ $format }” is not an export format.
    .hint = Choose one of: { $allowed }.
error-format-not-for = The format { $format } does not hold the collection { $collection }.
    .hint = Choose one of: { $allowed }.
error-nothing-public = Nothing of the collection { $collection } is public in the format { $format }.
    .hint = For a file among members: --format csv, without --public.
error-mapping-name = “{ $value }” cannot be the name of a mapping.
    .hint = Small letters without accents, digits, - and _, forty at most: agencies-63.
error-mapping-collection = Nothing says for which collection this mapping is.
    .hint = Add for instance --collection opportunity.
error-mapping-misspelt = There is no mapping “{ $name }”.
    .hint = Did you mean { $known }? A file is given with its extension: --mapping agencies.json.
error-mapping-unknown = There is no mapping “{ $name }”.
    .hint = `capactif mapping list` shows those that are kept; a file is given with its extension: --mapping agencies.json.
error-complete-needs-source = A file is complete only for a source: nothing says which.
    .hint = Add --source, for instance --source agency.
error-complete-without-source = Records of the collection { $collection } have no source: --complete makes no sense there.
    .hint = Import without --complete.
error-export-failed = The export could not be made: { $reason }.
error-bundle-not-one = This file is not a Cap Actif bundle.
    .hint = A bundle is made with “capactif bundle write FILE”; a backup is read with “capactif restore”.
error-bundle-newer = This bundle was written by a newer version of Cap Actif; nothing of it was taken.
    .hint = Update capactif, then read the same bundle again.
error-bundle-other-network = This bundle belongs to another network ({ $network }); nothing of it was taken.
    .hint = Check whom it comes from, or read it with the node of that network (--home).
error-bundle-truncated = The bundle ends too early: the file is not whole. { $entries_kept ->
        [0] Nothing new could be taken from it
        [one] One whole entry was taken from it, and stays
       *[other] { $entries_kept } whole entries were taken from it, and stay
    }.
    .hint = Copy it again, whole, and read it again: what is here already is not taken twice.
error-bundle-damaged = The bundle is damaged. { $entries_kept ->
        [0] Nothing new could be taken from it
        [one] One entry before the damage was taken from it, and stays
       *[other] { $entries_kept } entries before the damage were taken from it, and stay
    }.
    .hint = Copy it again, or ask for another one: what is here already is not taken twice.
error-bundle-bad-run = The bundle holds entries whose signature or chain does not hold; those were not taken. { $entries_kept ->
        [0] Nothing new was taken from it
        [one] One sound entry was taken from it, and stays
       *[other] { $entries_kept } sound entries were taken from it, and stay
    }.
    .hint = Ask that partner for a new bundle; if it happens again, tell them: their node needs checking (capactif doctor).
error-not-a-backup = “{ $path }” is not a whole Cap Actif backup.
    .hint = A backup is made with “capactif backup FILE”; a bundle is read with “capactif bundle read”.
error-backup-without-root = This backup does not hold the structure’s key: it comes from a further node of the structure.
    .hint = Ask the main node for a node’s ticket: capactif network invite --device.

## Partners

error-unknown-peer = No other node that is known is called “{ $peer }”.
    .hint = “capactif status” and “capactif peer list” name the known nodes: write the beginning of an id or the structure’s name.
error-ambiguous-peer = { $count } nodes answer to “{ $peer }”.
    .hint = Write the beginning of the node’s id; “capactif status” shows it.
error-no-peer-known = No other node is known.
    .hint = Invite a partner with “capactif network invite”, or give an address with “capactif peer add ADDRESS”.
error-no-peer-reached = No partner could be reached. Your work is safe here and goes out later.
    .hint = Check the network, or exchange a bundle: capactif bundle write FILE.
error-peer-left = The partner’s node ended the exchange.
    .hint = The rest comes with the next exchange.
error-peer-other-network = The node that answers belongs to another network.
    .hint = Check its address with “capactif peer list”.
error-peer-other-version = The partner’s node speaks no version of the protocol that this one knows.
    .hint = Update the older of the two. Until then nothing is lost.
error-not-admitted-yet = The members have not admitted this node to the network yet.
    .hint = Your work is kept here. Members approve with “capactif charter approve”; “capactif sync” tells how far it is. A node that your structure revoked does not come back.
error-peer-not-admitted = The node that presented itself is not admitted to this network.
    .hint = If it is a partner’s, look at the approvals that wait with “capactif charter show”.
error-peer-misbehaved = The partner’s node sent what the protocol forbids; the exchange was stopped and nothing wrong was kept.
    .hint = Update both nodes; if it persists, tell that partner.
error-peer-store-failed = The partner’s node could not write to its disk.
    .hint = Tell them: “capactif status” there says why. Nothing is lost here.
error-store-failed = This node could not write to its disk; the exchange was stopped.
    .hint = “capactif status” says why. Nothing that was confirmed is lost.
error-udp-blocked-or-down = No partner answers: UDP is blocked, or the host is down ({ $addresses }).
    .hint = Have UDP port { $port } opened for outgoing traffic, or carry a bundle on a USB stick: capactif bundle write FILE.
error-store-writes-nothing = A write to the disk failed: the node writes nothing more until it is restarted.
    .hint = Nothing that was confirmed is lost. Check the disk and the space on it, then restart the node.

## What doctor finds

error-view-damaged = The local view of the registry is damaged: { $reason }.
    .hint = Run “capactif doctor --rebuild”: nothing is lost, it is built again from the journals.
error-view-differed = The local view differed from the journals; it was rebuilt.
    .hint = Run “capactif doctor” again: nothing is left to do if all is in order.
error-needs-newer-version = { $count ->
        [one] One entry of a partner needs a newer version of Cap Actif; it is kept and passed on, but not shown
       *[other] { $count } entries of partners need a newer version of Cap Actif; they are kept and passed on, but not shown
    }.
    .hint = Update capactif: what is kept will then be shown.
error-records-quarantined = { $count ->
        [one] One record cannot be read and was set aside
       *[other] { $count } records cannot be read and were set aside
    } on this device.
    .hint = Run “capactif doctor --rebuild”; if it persists, report it: it is a fault of the program.

## Steps of long work

step-follow = Applying
step-rebuilding = Rebuilding
step-replacing = Replacing
step-salvaging = Taking over what is sound
step-sending = Sending
step-storing = Storing
step-sync = Exchanging
step-verifying = Verifying
error-unknown-refused-entry = No refused entry has number { $seq } in journal { $node }.
    .hint = `capactif refused` lists them.
error-reissue-unreadable = Entry { $seq } of journal { $node } says nothing that could be written again.
error-reissue-no-record = The record that entry { $seq } of journal { $node } speaks of is not here.
    .hint = First write the entry again that creates it, then this one.
error-nothing-to-forge = This home has no journal to forge entries in.

## A past brought in

error-history-of-referrals = Only referrals have a past to bring in.
    .hint = Leave out --history, or give --collection referral.
error-history-complete = A past that is brought in is not the complete list of a source.
    .hint = Leave out --complete or --history.
