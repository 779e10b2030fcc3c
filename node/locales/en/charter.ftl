# What the charter refuses or waits for: why, and who may.

## Mandates

error-no-mandate = Your structure has no mandate to { $act ->
        [create] create
       *[other] edit
    } this record ({ $collection }{ $theme ->
        [none] {""}
       *[other] , { $theme }
    }). { $count ->
        [0] No member has it for now.
        [one] One member has it: { $names }.
       *[other] These have it: { $names }.
    }
    .hint = { $count ->
        [0] A member can propose this mandate: capactif charter propose --mandate.
       *[other] Ask them to do it, or have a mandate voted: capactif charter propose --mandate.
    }
error-not-a-party = Only the structures that this record ({ $collection }) concerns may move it on. { $count ->
        [0] None of them is a member of the network today.
       *[other] These are: { $names }.
    }
    .hint = Ask one of them.
error-not-a-member = Your structure is not a member of the network, or no longer; only members may.
    .hint = Members admit it with “capactif charter approve”; “capactif status” will say when it is done.
## Votes

error-unknown-proposal = No proposal begins with “{ $version }”.
    .hint = “capactif charter show” lists the proposals that wait.
error-ambiguous-proposal = { $count } proposals begin with “{ $version }”.
    .hint = Give more characters; “capactif charter show” lists them.
error-stale-version = This version does not follow version { $number }, which is in force: there is nothing to vote on any more.
    .hint = To take it up on today's charter: capactif charter propose.
error-rival-approved = Your structure already approved another proposal ({ $version }) for the same place; approving both would split the network.
    .hint = Wait for this round to end: if the votes are split it is over, and everyone proposes and votes again (capactif charter propose --again).
error-vote-under-way = Another proposal is being voted: a newcomer waits until it is decided.
    .hint = Vote on it (capactif charter show), then let the invited structure try again with the same ticket.
error-round-over = The votes of this round are split; votes are cast in round { $round } now.
    .hint = Propose it again: capactif charter propose --again VERSION.
error-not-voting-node = Your structure's vote is given on another of its nodes ({ $node }).
    .hint = Run this command on that node. If it is gone: capactif key revoke { $node }, then capactif charter propose --voter "STRUCTURE=THIS NODE".
error-structure-dormant = The charter calls your structure dormant: it does not vote.
    .hint = Ask a member to propose that it vote again: capactif charter propose --awake.
error-suspension-undecided = { $name } is suspended: every new version has to decide on that.
    .hint = Add --lift to end the suspension, or --close to close the node, or --remove and --successor to remove the structure.
error-protocol-falls = The protocol version that the network asks for ({ $version }) never falls.
    .hint = Give a number that is at least as high.
error-terms-missing = This version drops what the charter declares.
    .hint = Propose it again from a node that is up to date.
error-no-successor = Nobody is named to take over the records of { $name }.
    .hint = Add --successor with the name of a member.
error-proposer-has-no-vote = What takes something from somebody is proposed at a member's voting node.
    .hint = Run this command on your structure's voting node.
error-misspelt-member = No member is called “{ $value }”.
    .hint = Perhaps { $nearest }? “capactif charter show” lists the members.
error-unknown-member = No member is called “{ $value }”.
    .hint = The members are: { $allowed }.
error-ambiguous-member = { $count } members are called “{ $value }”.
    .hint = Give the beginning of the identity; “capactif charter show” shows it.
error-unknown-node = No node of the network is called “{ $value }”.
    .hint = Give the beginning of its identity; “capactif status” shows it.
error-ambiguous-node = { $count } nodes are called “{ $value }”: { $names }.
    .hint = Give the beginning of the node's identity.

## Proposing

error-nothing-proposed = The charter says this already: there is nothing to propose.
    .hint = “capactif charter propose --help” lists what can be changed.
error-charter-moved = Another version came into force meanwhile; nothing was written.
    .hint = Read the charter again with “capactif charter show”, then start again.
error-round-still-open = Proposal { $version } is still open: it needs approvals, not a second proposal.
    .hint = To approve it: capactif charter approve VERSION.
error-last-structure = { $name } is the only member: a network has at least one.
    .hint = Invite another member first: capactif network invite.
error-self-removal = A structure does not propose that it leave: once out, its node could not tell the others which approvals counted.
    .hint = Ask another member to propose it, and approve it.
error-successor-leaves = { $successor } cannot take over the records of { $name }: a successor is a member that stays.
    .hint = Name another member with --successor.
error-structure-leaves = { $name } leaves the network by this very version.
    .hint = Drop one of the two.
error-nobody-awake = Nobody would be left to vote.
    .hint = Leave at least one member awake.
error-voter-of-another = Node { $node } cannot vote for { $name }: it takes a node of its own that is not closed.
    .hint = Give another node; “capactif status” shows them.
error-admissions-to-nobody = Admissions are delegated to the coordinator, and the charter names none.
    .hint = Add --coordinator with the name of a member.
error-too-many-admissions = The charter can delegate { $limit ->
        [0] no admission
        [one] one admission at most
       *[other] { $limit } admissions at most
    } to the coordinator: half the members.
    .hint = Give a smaller number.
error-ratified-differs = The record or the charter changed meanwhile: nothing was signed.
    .hint = Read the record again, then give the command again.
error-bad-person-key = The key of { $name } is not a person's: it takes 64 digits and letters.
    .hint = The person gets it with “capactif charter person NAME”.
error-person-sits-twice = { $name } sits on the committee twice, with the same key.
    .hint = Give each person a key of their own.
error-committee-full = A committee has at most { $limit } persons.
error-committee-never-ratifies = { $needed } signatures of { $count }: this committee could never ratify, or would do so without anybody.
    .hint = Give with --ratify a number between one and that of the committee's persons.
error-closes-voting-node = Node { $node } votes for { $name }: it cannot be closed while no other votes in its place.
    .hint = Add --voter STRUCTURE=NODE with another node of that structure, or remove the structure.
error-too-many-closed = A charter closes at most { $limit } nodes.
error-not-suspended = Nobody asks for the suspension of { $name }: there is nothing to lift.
    .hint = “capactif charter show” lists the suspensions.
error-head-of-later-version = A head is fixed for this version ({ $number }) or an earlier one.
error-head-not-held = Entry { $seq } of node { $node } is not here; this node holds { $held }.
    .hint = Synchronise first, or give a smaller number.
error-two-heads = Two heads are given for node { $node }.
    .hint = Keep one of them.
error-protocol-too-new = This node speaks version { $version } of the protocol at most: it would shut itself out.
    .hint = Give a smaller number, or bring all nodes up to date first.
error-charter-too-long = This charter is too long: { $limit } bytes at most.
    .hint = Bring mandates together, or name wider territories.
error-charter-unsound = This version is not a charter that others could read: { $reason }.

## Mandates proposed

error-mandate-misspelt-collection = “{ $value }” is not a collection of the registry: { $allowed }.
    .hint = Perhaps “{ $nearest }”?
error-mandate-unknown-collection = “{ $value }” is not a collection of the registry.
    .hint = The collections are: { $allowed }.
error-mandate-unknown-right = “{ $value }” is not a right.
    .hint = The rights are: { $allowed }.
error-mandate-without-holder = This mandate on { $collection } does not say who holds it.
    .hint = Give everyone, coordinator, a kind of structure or the name of a member.
error-mandate-ambiguous-holder = “{ $value }” is a kind of structure and the name of a member too.
    .hint = Write kind= or structure= before it.
error-mandate-misspelt-holder = “{ $value }” is neither a kind of structure nor a member.
    .hint = Perhaps “{ $nearest }”?
error-mandate-unknown-holder = “{ $value }” is neither a kind of structure nor a member.
    .hint = Choose among: { $allowed }.
error-mandate-no-themes = Records of the collection { $collection } have no theme.
    .hint = Drop theme= from this mandate.
error-mandate-misspelt-theme = “{ $value }” is not a theme of the collection { $collection }.
    .hint = Perhaps “{ $nearest }”?
error-mandate-unknown-theme = “{ $value }” is not a theme of the collection { $collection }.
    .hint = Choose among: { $allowed }.
error-mandate-unknown-place = “{ $value }” is no commune, community of communes or department of the territory.
    .hint = Give an Insee code, a Siren number, a department or a name.
error-mandate-misspelt-place = “{ $value }” is no commune, community of communes or department of the territory.
    .hint = Perhaps: { $nearest }?
error-mandate-not-there = The charter has no such mandate on { $collection }: there is nothing to take back.
    .hint = “capactif charter show” lists the mandates in force; give it as it stands there.
error-too-many-mandates = A charter has at most { $limit } mandates.

## Suspending, ratifying

error-self-suspension = A structure does not suspend itself, nor one of its nodes.
    .hint = To close one of your nodes: capactif charter propose --close.
error-never-suspended = A suspension takes { $needed } structures, the one concerned not counted; { $count ->
        [0] none could ask for it
        [one] only one could ask for it
       *[other] { $count } could ask for it
    }: it would never come about.
    .hint = Among so few, only an agreement of all settles the matter.
error-no-committee = The charter names no steering committee: nobody can ratify.
    .hint = A member can propose one: capactif charter propose --committee --ratify.
error-person-key-missing = There is no person's key in { $path }.
    .hint = Give the file of the key with --key, or the name under which it was made in this directory (capactif charter person NAME).
error-not-on-committee = This key belongs to nobody on the steering committee.
    .hint = The committee: { $names }.
error-ratify-after-choosing = This record has { $count ->
        [one] one field
       *[other] { $count } fields
    } with several values: what would be ratified cannot be told.
    .hint = Choose the values first (resolve), then ratify.
error-record-unreadable = Record { $id } cannot be read here.
    .hint = Run “capactif doctor”.

## What the status says

error-rival-charters = Two charter versions of one height are in force ({ $one } and { $other }): a structure approved both. Nothing else is decided until then.
    .hint = Tell all members: each votes in the next round for the one that shall stand (capactif charter propose --again).
error-voted-twice = { $name } approved two rival proposals for version { $number }: { $one } and { $other }.
    .hint = Ask for an explanation: an honest node never does. The network can suspend it.
error-journal-paused = So much of what { $name } wrote waits for entries that are not here, or was refused, that no more of it is read for now.
    .hint = Nothing is lost and others are read as before; nobody is in sync with it meanwhile. Ask for an explanation; the network can suspend it, and the next version of the charter decide what of it counts.
error-suspended-now = { $name } is suspended, as { $names } asked: what is written there waits for the next version of the charter.
    .hint = The next version decides on it: capactif charter propose with --lift, --close or --remove.
error-suspension-asked = Suspension of { $name } asked for by { $names }; { $missing ->
        [one] one more voice is needed
       *[other] { $missing } more voices are needed
    }.
    .hint = To ask for it too: capactif charter suspend.
error-votes-split = The votes are split: no proposal can pass any more. Round { $round } is open.
    .hint = Agree with each other, then let one propose again: capactif charter propose --again VERSION.
error-vote-wanted = { $count ->
        [one] One proposal waits
       *[other] { $count } proposals wait
    } for the vote of your structure.
    .hint = Read it with “capactif charter show”, then: capactif charter approve VERSION.
error-needs-the-concerned = Where only two structures vote, neither can take anything from the other: the agreement of { $names } is needed too.
    .hint = Without that, this proposal will never pass.
error-votes-are-given = Too many members have voted otherwise in this round: this proposal cannot pass in it.
    .hint = It serves in the next round, which opens when the votes are split.

## Who is in it no more

error-no-longer-member = Your structure left the network by version { $number } of the charter. What this node holds stays here; nothing is exchanged any more.
    .hint = “capactif charter log” says who decided it. To come back, ask a member for a new invitation.
error-node-closed = Version { $number } of the charter closed this node: what it writes counts no more, and nothing is exchanged.
    .hint = Ask your structure's main node for a ticket for a new node (capactif network invite --device).
