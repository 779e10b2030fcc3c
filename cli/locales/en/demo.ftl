# The demonstration: `demo-<scene>` says what is going to happen, `demo-<scene>-done` what came of it.

cmd-demo = Watch a network live on this machine: cut off, edited apart, healed
    .example = capactif demo --keep trial
arg-demo-charter = Show the charter at work: votes, mandates, suspension, removal
arg-demo-portal = Show the public portal in a browser, until Ctrl-C
arg-demo-sample = What partners bring: their listings (listings), or three years of the network’s life too (full: 300 holders, 800 referrals; half a minute more)
value-sample = CHOICE
arg-demo-keep = Keep the nodes’ directories in this one, new or empty (otherwise nothing is left)
value-demo-sample = listings|full
value-keep = DIR

demo-title = Cap Actif, demonstration
demo-about = A park and three partners share one registry. Each has its node: here, a process and a directory of its own, as on so many computers. The sample registry is invented, on real communes.
demo-network-name = Cap Actif (demonstration)
demo-project-title = A start in market gardening, demonstration

demo-place-hub = Park (hub)
demo-place-cci = Chamber of commerce
demo-place-agriculture = Chamber of agriculture
demo-place-epci = Community of communes
demo-place-epci-2 = – its second computer

demo-founding = The park founds the network; the three partners join it, each with a ticket.
demo-founding-done = { $nodes } structures, { $nodes } nodes; { $votes } approvals, as more than two thirds of the members admit each newcomer. ({ $seconds })
demo-shares = Each imports what it knows: structures, agents, opportunities, projects.
demo-shares-done = Everywhere the same { $records } records, in { $entries } signed entries. ({ $seconds })
demo-life = Each tells of three years: holders, projects, referrals, needs, meetings.
demo-life-done = { $people } holders, whose identity is sealed, and { $referrals } referrals with their past: { $records } records at each, in { $entries } entries. The figures of { $periods } half-years are frozen. ({ $seconds })
demo-crash = The community of communes imports { $rows } services; its node is killed in mid-work (kill -9).
demo-crash-done = { $confirmed } rows had been confirmed, { $found } are there after the restart: none lost. The same import, repeated, adds the { $created } others, none twice. ({ $seconds })
demo-device = The community of communes takes a second computer into use.
demo-device-done = The whole registry is on it: { $entries } entries received and verified, { $bytes }. ({ $seconds })
demo-apart = The network fails: its two computers, cut off from each other and all, edit the same records.
demo-apart-done = Work went on as ever. { $first } entries wait on one, { $second } on the other, safe on disk. ({ $seconds })
demo-heal = The network is back.
demo-heal-done = All show the same registry, for { $bytes } exchanged. The { $merged } fields that one side changed are merged; only one, changed on both sides, is in conflict: the price. ({ $seconds })
demo-decide = The conflict is shown, never settled in silence: a person chooses.
demo-decide-done = “{ $title }”: { $one } or { $other }? Chosen: { $other }. No conflict is left, anywhere. ({ $seconds })
demo-referral = Without network, the chamber of commerce notes a project and refers it to the chamber of agriculture.
demo-referral-done = { $waiting } entries were waiting; once the network was back, the chamber’s node confirmed receipt by itself, then the chamber accepted. ({ $seconds })
demo-hub-away = The hub stops; the two chambers go on.
demo-hub-away-done = They reached each other directly, by the addresses that members exchange. Back again, the hub caught up on { $missed } entries. ({ $seconds })
demo-quiet = What does it cost to sync when there is nothing new?
demo-quiet-done = { $sent } sent, { $received } received, however large the registry is. ({ $seconds })

demo-node = Node
demo-records = Records
demo-entries = Entries
demo-frontier = Journals
demo-view = Registry
demo-exchange = Exchange measured
demo-received = Entries received
demo-sent = Entries sent
demo-round-trips = Round trips
demo-time = Time
demo-moved = { $entries } in { $bytes }
demo-exchange-device = New computer
demo-exchange-first-desk = First computer, healed
demo-exchange-second-desk = Second computer, healed
demo-exchange-quiet = Nothing new

demo-agreed = Equal digests: all nodes hold the same journals and show the same registry. ({ $seconds })
demo-next = Nothing of this is left on the disk. To look into the nodes:
      {"  "}{ $program } demo --keep trial
      {"  "}{ $program } --home trial/cci opportunity list --near Ambert --within 20km
      To use it: { $program } --help, and the guide, docs/guide/.
demo-next-kept = The five directories are in “{ $folder }”. For example:
      {"  "}{ $program } --home { $folder }/cci status
      {"  "}{ $program } --home { $folder }/cci opportunity list --near Ambert --within 20km
      {"  "}{ $program } --home { $folder }/cci referral list
      {"  "}{ $program } --home { $folder }/epci search presbytère
      {"  "}{ $program } --home { $folder }/hub run
      To use it: { $program } --help, and the guide, docs/guide/.

# What the demonstration awaits or checks; read after “Awaited:” or “Checked:”.

demo-wait-proposal = the proposal of admission at a member
demo-wait-admitted = the admission of a partner
demo-wait-same = the same registry on all nodes
demo-wait-decided = the end of the conflict on all nodes
demo-wait-received = the receipt of the referral
demo-wait-accepted = the acceptance of the referral
demo-wait-direct = the direct link between two partners
demo-wait-passed = one partner’s edit at the other
demo-check-rows = rows refused by an import
demo-check-listed = records listed
demo-check-confirmed = confirmed rows, found after the kill
demo-check-found-again = records that the second import leaves unchanged
demo-check-apart = the two computers differ
demo-check-merged = merged fields
demo-check-conflict = fields in conflict
demo-check-values = values in conflict
demo-check-decided = conflict settled
demo-check-in-sync = up to date
demo-check-same = digests of two nodes

error-demo-interrupted = The demonstration was interrupted; its nodes are stopped.
    .hint = Run capactif demo again whenever you like; it takes less than a minute.
error-demo-folder-taken = The directory “{ $path }” is not empty; it was not touched.
    .hint = Give --keep a new or empty directory.
error-demo-node-failed = The node “{ $node }” does not work: { $reason }
    .hint = See that this program may write to the disk and open ports on 127.0.0.1, then run it again with -vv.
error-demo-too-late = Awaited: { $awaited }; not there within { $seconds } seconds.
    .hint = Is the machine very busy? Run it again with --keep DIR: each node’s log is there, as run.log.
error-demo-not-as-promised = Checked: { $checked }; { $got } instead of { $wanted }.
    .hint = This is a defect of the program. Run it again with --keep DIR and send that directory with your report.

demo-charter-title = Cap Actif: a charter, and nobody above
demo-charter-about = Four structures found the network and admit a fifth. Each has its mandate; whatever is outside is refused, everywhere alike. All is real: a node for each structure, each in its own process.
demo-place-cma = Chamber of trades
demo-fifth = A fifth structure asks to come in; the four vote.
demo-fifth-done = Admitted by { $votes } votes: more than two thirds of four. ({ $seconds })
demo-mandate = The chamber of commerce wants to publish a farm to take over.
demo-mandate-done = Refused as it was entered: “{ $words }” The chamber of agriculture publishes it, and everybody sees it. ({ $seconds })
demo-farm-title = Dairy farm to hand over
demo-hostile = A tampered node of the chamber of trades writes a farm, and changes that nobody can read.
demo-hostile-done = { $entries } entries, signed and passed on, refused on all five nodes; no record changed. ({ $seconds })
demo-suspend = Two structures ask that it be suspended.
demo-suspend-done = A third of the members, and two at least, are enough: { $votes } asked. What it writes now waits, at everybody’s. ({ $seconds })
demo-suspended-title = Job published while suspended
demo-removal = The others remove the structure; the chamber of commerce takes over its records. It does not know yet, and goes on writing.
demo-removal-done = Removed by { $votes } votes. Its { $late } late entries, brought on a USB stick, are refused everywhere; the chamber of commerce writes one again in its own name. ({ $seconds })
demo-late-title = Job published too late
demo-wait-vote = a proposal at a member’s
demo-wait-charter = the same charter version on all nodes
demo-wait-refused = the refusal on all nodes
demo-wait-suspended = the suspension on all nodes
demo-check-mandate = the refusal of the farm
demo-check-records = records before and after
demo-check-reissued = an entry written again
demo-sealed = The chamber of agriculture welcomes a project holder and shares her with the chamber of commerce.
demo-sealed-done = Both read who she is. On the hub’s disk, searched byte by byte ({ $kilobytes } kB), her name is nowhere. ({ $seconds })
demo-wait-sealed = the sealed record at those who read it
demo-check-closed = reading by another structure
demo-check-disk = the name on the hub’s disk
demo-erased = She asks to be in it no more: the chamber of agriculture erases her record.
demo-erased-done = Erased on { $nodes } nodes, and each said so; searched byte by byte, none keeps anything of it. ({ $seconds })
demo-wait-erased = the erasure on all nodes
demo-check-erasure = what the erasure does
demo-check-erased = the erased record on a node’s disk
demo-portal-about = A portal and three partners on this machine, with sample records: what a newcomer sees.
demo-portal-open = The portal is open: { $url }
    Ctrl-C closes everything and leaves nothing.
