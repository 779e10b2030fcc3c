# The charter: its commands, what it says, what is decided of it.

## Commands

cmd-charter = The charter: the members of the network and their decisions
cmd-charter-show = Read the charter in force, and what waits for approval
    .example =
        capactif charter show
        capactif charter show --page charter.html
cmd-charter-log = Read the minutes: each version, who proposed and approved it, what it changed
    .example = capactif charter log
cmd-charter-propose = Propose a new version of the charter: shows what it changes, asks, then proposes
    .example =
        capactif charter propose --mandate "opportunity; create; ADIE Auvergne; theme=business_takeover; in=Ambert"
        capactif charter propose --remove "Mairie d’Olliergues" --successor "Parc Livradois-Forez"
        capactif charter propose --committee "Marie Dupont=3f9a…" --committee "Jean Faure=77c1…" --ratify 2
cmd-charter-approve = Approve a proposed version, on behalf of this structure
    .example = capactif charter approve 3f9a12c4
cmd-charter-suspend = Ask that what a structure or node writes wait until the next version
    .example = capactif charter suspend 3f9a12c4
cmd-charter-ratify = Ratify the exact content of a record as a person of the committee; without a signature, say how it stands
    .example =
        capactif charter ratify 29b4f990
        capactif charter ratify 29b4f990 --as "Marie Dupont"
cmd-charter-person = Make the key with which a person of the committee signs, protect it, copy it
    .example =
        capactif charter person "Marie Dupont"
        capactif charter person "Marie Dupont" --copy-to /media/stick/marie.key

arg-charter-show-page = Write the charter as a page to print and sign (HTML)
arg-charter-approve-version = Proposed version, or the beginning of its identity
arg-charter-suspend-subject = Name of a structure, or beginning of a node's identity
arg-charter-ratify-record = Record, by the beginning of its identity
arg-charter-ratify-as = Person whose key was made in this directory
arg-charter-ratify-key = File of the person's key, wherever it lies
arg-charter-person-name = Name of the person, as elected
arg-charter-person-key = File to make (by default, in the node's directory)
arg-charter-propose-coordinator = Member that coordinates the network
arg-charter-propose-no-coordinator = Have no coordinator any more
arg-charter-propose-admissions = How many members the coordinator and one more may admit without a vote of all
arg-charter-propose-mandate = Give a mandate: “COLLECTION; RIGHT; WHO; theme=…; in=…”. RIGHT: create, edit_own or edit_any; WHO: everyone, coordinator, a kind of structure or a member; in: communes, communities of communes, departments
arg-charter-propose-no-mandate = Take a mandate back, written alike; without WHO, all of that collection and right
arg-charter-propose-remove = Remove a structure from the network (with --successor)
arg-charter-propose-successor = Member that takes over the records of the structure removed
arg-charter-propose-dormant = Call a structure dormant: it votes no more and is not counted in majorities
arg-charter-propose-awake = Have a dormant structure vote again
arg-charter-propose-close = Close a node (a computer stolen or lost): what it writes from then on counts no more
arg-charter-propose-voter = Have a structure vote from another node of its own
arg-charter-propose-committee = A person of the steering committee and the person's key; repeat for the whole committee
arg-charter-propose-ratify = How many signatures of the committee ratify
arg-charter-propose-no-committee = Have no steering committee any more
arg-charter-propose-lift = Lift the suspension of a structure or node
arg-charter-propose-head = Fix how far a node's journal counts, by the number of its last entry (@VERSION for an earlier version)
arg-charter-propose-minimum-protocol = Version of the protocol that all nodes speak at least
arg-charter-propose-again = Propose again a version whose round ended without a majority
arg-charter-propose-dry-run = Show without writing anything
arg-charter-propose-yes = Do not ask

value-charter-show-page = FILE
value-charter-suspend-subject = WHO
value-charter-ratify-record = RECORD
value-charter-ratify-as = NAME
value-charter-ratify-key = FILE
arg-charter-person-no-passphrase = Do not protect the key: who reads its file signs
arg-charter-person-change-passphrase = Put the key that is there under a new passphrase
arg-charter-person-copy-to = Copy the key into this file, protected as it is (on a stick)
value-charter-person-copy-to = FILE
value-charter-person-key = FILE
value-charter-propose-coordinator = STRUCTURE
value-charter-propose-admissions = NUMBER
value-charter-propose-mandate = MANDATE
value-charter-propose-no-mandate = MANDATE
value-charter-propose-remove = STRUCTURE
value-charter-propose-successor = STRUCTURE
value-charter-propose-dormant = STRUCTURE
value-charter-propose-awake = STRUCTURE
value-charter-propose-close = NODE
value-charter-propose-voter = STRUCTURE=NODE
value-charter-propose-committee = NAME=KEY
value-charter-propose-ratify = NUMBER
value-charter-propose-lift = WHO
value-charter-propose-head = NODE=NUMBER
value-charter-propose-minimum-protocol = NUMBER
value-charter-propose-again = VERSION

## Errors of these commands

error-mandate-form = “{ $value }” is not a mandate.
    .hint = Write for instance "opportunity; create; cci; theme=premises; in=Ambert".
error-pair-form = “{ $value }” does not say two things with an equals sign between ({ $flag }).
    .hint = Write for instance { $flag } "Marie Dupont=3f9a…".
error-head-form = “{ $value }” does not say a node and the number of an entry.
    .hint = Write for instance --head 3f9a12c4=120.
error-successor-without-removal = One successor too many: each --successor goes with a --remove.
    .hint = Give --remove and --successor in the same order.
error-not-confirmed = Nothing was proposed.
    .hint = To propose without being asked: --yes.

## The document

charter-title = Charter of the network “{ $name }”
charter-version = Version { $number } of { $date } ({ $version }), network { $network }.
charter-version-founded = Version { $number } of { $date } ({ $version }), network { $network } founded on { $founded }.
charter-preamble = The structures named below keep a registry together. Each has a whole copy of it; none alone owns it. What follows is what they decided, and holds until they decide otherwise.

charter-article-members = The members
charter-members = { $count ->
        [one] The network has one member.
       *[other] The network has { $count } members.
    }
charter-member = Structure
charter-kind = Kind
charter-since = Since
charter-since-version = no. { $number }, { $date }
charter-nodes = Nodes
charter-voter = Votes from
charter-me = you
charter-dormant = Dormant, { $count ->
        [one] does not vote and is not counted
       *[other] do not vote and are not counted
    } in majorities: { $names }.

charter-article-coordinator = Coordination
charter-coordinator = { $name } coordinates the network.
charter-no-coordinator = Nobody coordinates the network.
charter-admissions = { $count ->
        [one] With the agreement of one other member, the coordinator may still admit one structure without a vote of all.
       *[other] With the agreement of one other member, the coordinator may still admit { $count } structures without a vote of all.
    }

charter-article-mandates = Mandates
charter-mandate = { $holder } may { $right ->
        [create] create records
        [edit_own] edit its own records
       *[edit_any] edit all records
    } “{ $collection }”{ $themes ->
        [none] {""}
       *[other] {" "}({ $themes })
    }{ $places ->
        [none] {""}
       *[other] , in: { $places }
    }.
charter-mandate-today = { $mandate } { $count ->
        [0] No member today.
       *[other] Today: { $names }.
    }
charter-holder-everyone = Each member
charter-holder-coordinator = The coordinator
charter-holder-kind = Every structure of kind “{ $kind }”
charter-holder-structure = { $name }
charter-open-create = Each member may create records: { $names }.
charter-open-edit = Each member may edit the records that it owns.
charter-open-edit-some = Each member may edit the records that it owns: { $names }.
charter-parties = A referral is moved on only by the structure that refers, the one that receives and, where one is named, the lead.
charter-defaults = Mandates that the charter does not name itself are those that every network begins with.
charter-alone = While the network has one member only, that one may do everything.

charter-article-decisions = Decisions
charter-vote = To admit or remove a structure, give or take back a mandate, change coordination, committee or any other rule: { $vote ->
        [one] one approval
       *[other] { $vote } approvals
    } of { $voting }.
charter-vote-without-one = Where the decision takes something from a structure, that one may be passed over: { $without } approvals of the { $others } others are then enough.
charter-vote-of-two = Of two, neither can take anything from the other without its agreement.
charter-suspend = To suspend a structure or node until the next version: { $count } structures ask for it, the one concerned not counted.
charter-suspend-never = To suspend: { $count } structures would have to ask for it, the one concerned not counted; among so few that does not come about.
charter-one-voice = One structure, one vote, given from its voting node. It never approves two rival proposals.

charter-article-committee = The steering committee
charter-no-committee = The charter names no committee.
charter-person = { $name } (key { $key })
charter-committee = { $quorum ->
        [one] One signature of { $count } ratifies
       *[other] { $quorum } signatures of { $count } ratify
    } the exact content of a record. As soon as that content changes, the ratification has lapsed.

charter-article-limits = Suspensions, departures, closed nodes
charter-suspension = { $missing ->
        [0] { $name } is suspended until the next version, as { $names } asked.
        [one] { $names } asked that { $name } be suspended; one more voice is needed.
       *[other] { $names } asked that { $name } be suspended; { $missing } more voices are needed.
    }
charter-successor = { $left } left the network; { $successor } took over its records.
charter-closed = Node { $name } is closed.

charter-signatures = Signatures
charter-signatures-note = The charter holds by the approvals that the voting nodes signed. This page is its readable copy.
charter-signer = Name, capacity, date
charter-signature = Signature
charter-not-in-force = What follows is not in the charter.
charter-page-written = Charter written to { $path }. Open this page in a browser to print it.

## What is proposed

charter-proposal = Proposal { $id } for version { $number }{ $round ->
        [none] {""}
       *[other] {" "}(round { $round })
    }{ $name ->
        [none] {""}
       *[other] , by { $name }
    }
charter-proposal-state = { $approvals ->
        [0] Nobody approved it
       *[other] Approved by { $names }
    }; { $count ->
        [0] nothing is missing.
        [one] one approval is missing.
       *[other] { $count } approvals are missing.
    }
charter-proposal-waits = Have not voted yet: { $names }.
charter-proposal-split = Too many votes went elsewhere in this round: it cannot pass in it any more.
charter-approve-hint = To approve: capactif charter approve IDENTITY
charter-majority = It takes { $needed ->
        [one] one approval
       *[other] { $needed } approvals
    } of { $voters }.
charter-majority-without-one = It takes { $needed } approvals of { $voters }; or { $without } of { $others }, without counting one structure that it takes something from ({ $names }).
charter-majority-delegated = The agreement of the coordinator and one other member is enough.
charter-alarms = For the members to settle
charter-rivals = Two versions of one height are in force, { $one } and { $other }: nothing else is decided before the members have voted which one stands.
charter-double-vote = { $name } approved two rival proposals, { $one } and { $other }.

charter-would-change = Version { $number } would change this:
charter-narrows = It takes something from: { $names }. What was written there and those who approve hold already stays; what follows will not count where the right is missing. So synchronise before you approve.
charter-ask = Propose and approve this version? (y/n)
charter-proposed = Proposed and approved by your structure: { $id }. { $count ->
        [one] One approval is missing.
       *[other] { $count } approvals are missing.
    }
charter-effective = Approved: this version is in force.
charter-approved = Approved. { $count ->
        [one] One approval is missing.
       *[other] { $count } approvals are missing.
    }
charter-suspended-next = The next version of the charter will have to decide on it: capactif charter propose with --lift, --close or --remove.

charter-change-founds = Founds the network: { $name } ({ $kind }).
charter-change-renamed = The network is now called “{ $name }”.
charter-change-admits = Admits { $name } ({ $kind }).
charter-change-removes = Removes { $name } from the network{ $successor ->
        [none] .
       *[other] ; { $successor } takes over its records.
    }
charter-change-voting-node = { $name } now votes from node { $node }.
charter-change-root = { $name } changes its root key.
charter-change-member-renamed = { $before } is now called { $name }.
charter-change-member-kind = { $name } is now of kind “{ $kind }”.
charter-change-successor = { $successor } takes over the records of { $name }.
charter-change-coordinator = { $name } coordinates the network.
charter-change-no-coordinator = Nobody coordinates the network any more.
charter-change-admissions = { $count ->
        [0] The coordinator admits nobody without a vote of all.
        [one] The coordinator and one more may admit one structure without a vote of all.
       *[other] The coordinator and one more may admit { $count } structures without a vote of all.
    }
charter-change-mandate = Mandate given. { $mandate }
charter-change-no-mandate = No longer holds: “{ $mandate }”
charter-change-nobody = Nobody may { $right ->
        [create] create records
        [edit_own] edit its own records
       *[edit_any] edit the records of others
    } “{ $collection }” any more.
charter-change-committee = Steering committee: { $names }; { $count ->
        [one] one signature ratifies.
       *[other] { $count } signatures ratify.
    }
charter-change-no-committee = No steering committee any more.
charter-change-dormant = Calls { $name } dormant: without a vote, and not counted in majorities.
charter-change-awake = { $name } votes again.
charter-change-closes = Closes node { $node }.
charter-change-reopens = Opens node { $node } again.
charter-change-head = The journal of { $node } counts up to entry { $seq } ({ $entry }), from version { $number } on.
charter-change-lifts = Lifts the suspension of { $name }.
charter-change-minimum-protocol = All nodes speak version { $count } of the protocol at least.

## The minutes

charter-log-title = Minutes of the network “{ $name }”
charter-log-version = Version { $number } ({ $id }), { $state }{ $round ->
        [none] {""}
       *[other] {" "}— round { $round }
    }
charter-state-in-force = in force
charter-state-past = replaced since
charter-state-open = being voted
charter-state-split = without a majority
charter-state-overtaken = overtaken
charter-state-unfit = not receivable
charter-state-rival = in conflict with another
charter-log-proposed = Proposed by { $name }, { $date }.
charter-log-approved = Approved by { $name }, { $date }.
charter-log-approved-in-vain = Approved by { $name }, { $date }: this node had no vote.
charter-log-certified = The list of approvals is written: what still counts of those who lose a right is fixed.
charter-log-not-certified = The list of approvals has not arrived yet.
charter-log-suspended = { $by } asks that { $name } be suspended, { $date }.
charter-log-ratified = { $name ->
        [none] Somebody outside the committee
       *[other] { $name }
    } ratifies { $title ->
        [none] a record that is not here
       *[other] “{ $title }”
    } (content { $content }), { $date }.

## The ratification of a record

charter-ratified = Ratified by the steering committee ({ $names }), under version { $number }.
charter-ratified-partly = { $signed ->
        [one] One signature
       *[other] { $signed } signatures
    } of { $needed } ({ $names }); { $missing ->
        [one] one more makes
       *[other] { $missing } more make
    } this content ratified.
charter-ratified-before = Ratification lapsed: another content of this record was ratified, under version { $number }; it was edited since. { $signed ->
        [0] Nobody has signed today's content yet.
        [one] One signature of { $needed } for today's.
       *[other] { $signed } signatures of { $needed } for today's.
    }
charter-ratified-not = { $needed ->
        [0] Not ratified; the charter names no committee.
        [one] Not ratified; it takes one signature of the committee.
       *[other] Not ratified; it takes { $needed } signatures of the committee.
    }
charter-person-copied = Key of { $name } copied: { $path }
    It signs at any computer of the network: “capactif charter ratify RECORD --key { $path }”.
charter-person-protected = Key of { $name } put under the new passphrase: { $path }
charter-person-unprotected = No passphrase protects it: who reads this file signs in the name of { $name }. To protect it: “capactif charter person "{ $name }" --change-passphrase”.
charter-person-made = Key of { $name } made: { $path }
    It signs in that person's name, who keeps it to themselves. To seat the person on the committee, give the public key:
