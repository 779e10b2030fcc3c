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
error-entry-no-mandate = { $name } had no mandate to { $act ->
        [create] create
        [move] move on
       *[other] edit
    } this record ({ $collection }{ $theme ->
        [none] {""}
       *[other] , { $theme }
    }).
error-entry-not-a-member = { $name } was not a member of the network.
error-entry-not-a-party = { $name } is not one of the structures that this record concerns.
error-entry-gone = { $name }, or its node, had left the network by version { $number } of the charter.
    .hint = If what it says is right, a member can enter it again in its own name.
error-entry-beyond-head = Written after what version { $number } of the charter still counts of { $name }.
    .hint = If what it says is right, a member can enter it again in its own name.
error-waits-for-structure = It is not known yet whose node wrote it.
error-waits-for-version = The charter version that this entry cites has not arrived here yet.
error-waits-for-force = The charter version that this entry cites is not in force here yet.
error-waits-for-admission = The structure that wrote it is not admitted yet.
error-waits-for-head = The list of approvals of version { $number } of the charter has not arrived: whether this entry counts is not known yet.
error-waits-for-journal = The journal is not held here up to the limit that version { $number } of the charter sets.
error-waits-for-suspension = { $name } is suspended: this entry waits for the next version of the charter.

## Votes

error-unknown-proposal = No proposal begins with “{ $version }”.
    .hint = “capactif charter show” lists the proposals that wait.
error-ambiguous-proposal = { $count } proposals begin with “{ $version }”.
    .hint = Give more characters; “capactif charter show” lists them.
error-stale-version = This version does not follow version { $number }, which is in force: there is nothing to vote on any more.
    .hint = To take it up on today's charter: capactif charter propose.
error-rival-approved = Your structure already approved another proposal ({ $version }) for the same place; approving both would split the network.
    .hint = Wait for this round to end: if the votes are split it is over, and everyone proposes and votes again (capactif charter propose --again).
error-round-over = The votes of this round are split; votes are cast in round { $round } now.
    .hint = Propose it again: capactif charter propose --again VERSION.
error-not-voting-node = Your structure's vote is given on another of its nodes ({ $node }).
    .hint = Run this command on that node.
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
