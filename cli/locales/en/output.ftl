# What the commands answer.

label-and-value = { $label }: { $value }

yes = yes
no = no
done = done
cleared = cleared

network-founded = The network “{ $name }” is founded ({ $network }). This node ({ $node }) is its first member.
    To invite a partner: capactif network invite --structure NAME --kind KIND
network-invited = Ticket for { $structure }. It opens the network: send it to that person alone. Good until { $until }.
network-invited-device = Ticket for another computer of your own structure: give it to nobody else. Good until { $until }.
network-invited-device-next = On the other computer: capactif network join TICKET. This node has to be running (capactif run).
network-invited-next = At the partner’s: capactif network join TICKET. This node must be running (capactif run).
network-qr-too-wide = (Terminal too narrow for the QR code.)
network-joined = Admitted: this node is in the network. capactif sync to receive the registry.
network-join-pending = Request sent. { $count ->
        [one] One approval is missing
       *[other] { $count } approvals are missing
    }; capactif status will say when it is accepted.

run-started = Node { $node } is running. Partners: { $listen }. Local API: { $api }. Ctrl-C stops it.
run-portal = The public portal: { $url }
run-stopped = The node has stopped.

sync-peer = Partner
sync-received = Received
sync-sent = Sent
sync-bytes = Volume
sync-seconds = Time
sync-state = State
sync-done = up to date
sync-part = incomplete

status-title = { $structure }, network { $network } (node { $node })
status-safe = Your work is safe: { $count ->
        [0] nothing waits to be sent.
        [one] all of it is also with { $names }.
       *[other] all of it is also with { $count } partners ({ $names }).
    }
status-partly-safe = Your work is also with { $names }, except { $outbox ->
        [one] one entry that waits for another partner.
       *[other] { $outbox } entries that wait for another partner.
    }
status-sending = { $outbox ->
        [one] One entry is on this computer alone; it is leaving now.
       *[other] { $outbox } entries are on this computer alone; they are leaving now.
    }
status-only-here = { $outbox ->
        [one] Careful: one entry is on this computer alone, and no partner is in reach.
       *[other] Careful: { $outbox } entries are on this computer alone, and no partner is in reach.
    }
      {"  "}→ capactif sync to try again, or capactif bundle write FILE to put them on a USB stick.
status-alone = This node is alone: your work is on this computer only.
      {"  "}→ Invite a partner (capactif network invite), or make a backup (capactif backup FILE).
status-peer = Partner
status-link = Link
status-has-mine = Has my entries
status-seen = Seen
status-link-in-sync = up to date
status-link-exchanging = exchanging
status-link-none = not connected
status-has-all = all
status-lacks = { $count ->
        [0] not confirmed yet
        [one] all but one
       *[other] all but { $count }
    }
status-never = never
status-content = { $records ->
        [0] No record
        [one] One record
       *[other] { $records } records
    }, { $entries ->
        [0] no entry
        [one] one entry
       *[other] { $entries } entries
    }, { $disk } on disk.
status-pending = { $count ->
        [one] One entry waits until it can be applied.
       *[other] { $count } entries wait until they can be applied.
    }
status-refused = { $count ->
        [one] One entry was refused.
       *[other] { $count } entries were refused.
    }
status-digest = Digest of the view: { $digest } (the same at a partner’s: the same registry).

refused-nothing = Nothing is refused.
refused-hint = → `capactif reissue JOURNAL NUMBER` writes one of them again, in your structure’s name.
reissue-created = Written again: record { $id }.
reissue-changed = Written again in record { $id }.
reissue-nothing = Record { $id } says so already.
reissue-partial = What edited inside a long text could not be taken up: read the record over.
search-collection = Collection
search-hit = Found
search-nothing = Nothing matches “{ $text }”.

list-id = Id
list-nothing = No record matches.
list-all = { $shown ->
        [one] One record.
       *[other] { $shown } records.
    }
list-part = { $shown } of { $total } records. --limit and --offset show more, or add filters.

show-meta = Record of { $owner }, created on { $created }, changed on { $changed }.
show-conflicts = { $count ->
        [one] ! One field has several values: { $fields }.
       *[other] ! { $count } fields have several values: { $fields }.
    }
      {"  "}→ capactif { $command } conflicts { $id }

signature-holds = signature holds
signature-broken = SIGNATURE DOES NOT HOLD
entry-create = created
entry-change = changed
conflicts-nothing = No conflict.
conflicts-hint = To choose: capactif { $command } resolve ID --FIELD VALUE
conflicts-sealed = sealed: your structure does not read it
conflict-resolved = { $field }: value chosen.

record-added = Record { $id } added. To look at it: capactif { $command } show { $id }
record-changed = { $count ->
        [0] Nothing to change: these values were there already.
        [one] Changed: { $fields }.
       *[other] { $count } fields changed: { $fields }.
    }
record-removed = Record { $id } removed. To undo: capactif { $command } restore { $id }
record-restored = Record { $id } is back on the lists: capactif { $command } show { $id }
opportunity-verified = { $count ->
        [one] One opportunity confirmed.
       *[other] { $count } opportunities confirmed.
    }
referral-sent = Referral { $id } sent; it leaves as soon as a partner is in reach.
referral-rerouted = Referral { $parent } sent on: the new one, { $id }, leaves as soon as a partner is in reach.
referral-moved = Referral { $id }: { $status }.

import-detected = Detected: { $facts }.
detected-format = format
detected-encoding = encoding
detected-byte-order-mark = byte order mark
detected-delimiter = delimiter
detected-header-row = header row
import-done = { $created ->
        [0] No record created
        [one] One record created
       *[other] { $created } records created
    }, { $updated } updated, { $unchanged } unchanged, { $errors ->
        [0] no error.
        [one] one error.
       *[other] { $errors } errors.
    }
import-would = Dry run, nothing is written: { $created ->
        [0] no record would be created
        [one] one record would be created
       *[other] { $created } records would be created
    }, { $updated } updated, { $unchanged } unchanged, { $errors ->
        [0] no error.
        [one] one error.
       *[other] { $errors } errors.
    }

peer-added = The node will connect to { $address }.
peer-list-empty = No node is known. capactif peer add ADDRESS adds one.
peer-name = Structure
peer-addresses = Addresses

bundle-written = “{ $file }” holds { $count ->
        [0] no entry.
        [one] one entry.
       *[other] { $count } entries.
    }
bundle-taken-in = { $count ->
        [0] Nothing new in this bundle.
        [one] One new entry taken in.
       *[other] { $count } new entries taken in, from { $authors ->
            [one] one author.
           *[other] { $authors } authors.
        }
    }
backup-written-without-root = Backup written to “{ $file }”. The structure’s key is not on this node: only a backup of the main node can be restored.
backup-written = Backup written to “{ $file }”. It holds this node’s keys: keep it safe.
restored = The node is restored from “{ $file }”.
doctor-engine = Storage engine
doctor-sound = All is well.
repair-nothing = The store is sound: nothing was changed.
repair-found = The store was damaged: { $flaw }
repair-kept = What was there is kept in { $path }; putting it back in its place undoes the repair.
repair-recovered = { $journals ->
        [0] No journal could be taken over
        [one] One journal taken over
       *[other] { $journals } journals taken over
    }, { $entries ->
        [0] no entries.
        [one] one entry.
       *[other] { $entries } entries.
    }
repair-from-outbox = { $count ->
        [one] One entry of this node came back from its outbox.
       *[other] { $count } entries of this node came back from its outbox.
    }
repair-journal = { $name } ({ $author }): sound up to entry { $sound } of { $held }
repair-missing = { $count ->
        [one] One entry is missing
       *[other] { $count } entries are missing
    }. Run capactif sync: partners that have them send them again; capactif bundle read FILE takes them from a bundle. What nobody has any more is lost.
repair-maybe-more = Run capactif sync: what may still be missing comes back from partners.
repair-own-incomplete = This node’s own journal goes up to entry { $used } and is not complete here: nothing can be written until the rest has come back. If nobody has it any more: capactif doctor --repair --new-key.
repair-own-new-key = Entries of this node may have been lost: it goes on under a new key ({ $node }), so that no number is ever given twice. Tickets that it issued are void.
repair-own-votes-no-more = Your structure’s vote in the charter stays with the old key: revoke it (capactif key revoke), then capactif charter propose --voter.
repair-own-closed = Entries of this node may have been lost, and the structure’s key is not here: this node reads and exchanges, but writes no more. Ask for a ticket for a new node.
man-written = { $count ->
        [one] One page written to { $path }.
       *[other] { $count } pages written to { $path }.
    }

# Steps of long work, and what doctor checked, under the names that the node gives them.

checked-journals = Journals
checked-runs = Signed runs
checked-entries = Entries
checked-records = Records
checked-blobs = Files
