# The half-year's report and the committee: what cannot be, and what to do.

error-period-in-future = The half-year { $period } has not begun (it begins on { $from }).
    .hint = Give one that is past or under way: 2026-H1.
error-period-not-over = The half-year { $period } runs until { $to }: its figures would still change.
    .hint = Freeze it afterwards. “capactif report { $period }” shows where it stands.
error-unknown-dimension = A report is broken down by { $allowed }, not by “{ $value }”.
    .hint = One breakdown at a time: capactif report 2026-H1 --by epci
error-evaluation-frozen = The figures of { $period } are frozen already.
    .hint = “--again” replaces them by today’s; what the committee ratified lapses and is signed anew.
error-evaluation-not-frozen = The figures of { $period } are not frozen: there is nothing to ratify.
    .hint = capactif evaluation freeze { $period }
error-several-evaluations = The half-year { $period } has several evaluations: { $ids }.
    .hint = Keep one, remove the others: capactif evaluation remove ID.
error-figures-not-here = The frozen figures of { $period } are not on this computer yet: one signs only what one can read.
    .hint = capactif sync, then try again.
error-figures-frozen-twice = The figures of { $period } were frozen { $count } times at once, by several structures.
    .hint = Choose by freezing again: capactif evaluation freeze { $period } --again.
error-improvement-adopted = This improvement has become the action { $action } already.
    .hint = capactif action show { $action }
error-improvement-rejected = This improvement was rejected.
    .hint = To come back on that: capactif improvement set ID --state proposed.
error-baseline-line = { $path }, line { $line }: “epci;year;jobs;farms” is expected.
    .hint = The community of communes is given by its SIREN or its name; numbers are positive or empty.

## Signed papers

error-papers-too-many = A record has { $limit } signed papers at most.
    .hint = Put the pages into one PDF, or take a paper off: capactif evaluation detach.
error-no-papers-there = Records of “{ $collection }” take no signed papers.
    .hint = Attach the paper to the evaluation or the meeting: capactif evaluation attach 2026-H1 minutes.pdf
error-papers-by-owner = This record is { $name }’s, which alone attaches signed papers to it.
    .hint = Send them the scan. They can let you read it: capactif grant.
error-no-papers = No signed paper is attached to this record.
    .hint = To attach one: capactif evaluation attach 2026-H1 minutes.pdf
error-unknown-paper = No paper, or several, whose number begins with “{ $name }”.
    .hint = Those there are: { $numbers }.
error-paper-kind = “{ $path }” is no scan of a paper.
    .hint = Taken are: { $accepted }.
