# Matches, duplicates, inconsistencies.

cmd-match = Match projects, opportunities and structures
cmd-match-project = Show who can help with a project, and the opportunities that fit it
    .example = capactif match project PP-7K3F2Q
cmd-match-opportunity = Show the projects that an opportunity fits
    .example = capactif match opportunity 3f9a12c4
cmd-match-new = Show, once, the new matches that concern your structure
    .example = capactif match new
arg-keep = Show them without taking them as seen: they come back the next time
cmd-duplicates = Show records that may say the same thing twice
    .example =
        capactif duplicates --collection opportunity
        capactif duplicates
arg-duplicates-collection = One collection only: opportunity, structure, agent, local_service, holder
arg-decided = Show the pairs that were decided instead
cmd-duplicates-confirm = Say that two records are the same thing; nothing is merged
    .example = capactif duplicates confirm 3f9a12c4 8c01d2e3
cmd-duplicates-reject = Say that two records are two things; the pair is no longer shown
    .example = capactif duplicates reject 3f9a12c4 8c01d2e3
cmd-duplicates-undo = Take back what your structure decided
    .example = capactif duplicates undo 3f9a12c4 8c01d2e3
arg-one = One of the two records: the beginning of its id
value-one = RECORD
arg-other = The other record
value-other = RECORD
cmd-inconsistencies = Show what does not hold together, where, and the command that mends it
    .example = capactif inconsistencies
cmd-review = Show in one list all that waits for a person to decide
    .example = capactif review

reading-compare = compared

match-who = { $stated ->
    [yes] Who can help — { $themes }
   *[no] Who can help — { $themes } (usual needs of this stage: the project states none)
    }
match-what = Opportunities
match-score = Score
match-structure = Structure
match-record = Record
match-why = Why
match-nobody = No structure of the network fits.
match-left-out = Left out: { $reasons }.
match-gate-mandate = { $count } without a mandate in force for these needs
match-gate-theme = { $count } that { $count ->
    [one] covers
   *[other] cover
    } none of these needs
match-gate-territory = { $count } outside the territory
match-gate-acceptance = { $count } that { $count ->
    [one] does
   *[other] do
    } not take on this activity or stage
match-gate-capacity = { $count } { $count ->
    [one] closed
   *[other] closed
    }
match-project-closed = This project looks for nothing any more: it is running, abandoned or concluded.
match-nothing = No opportunity that is published and was verified of late fits.
match-no-project = No open project looks for this.
match-not-on-offer = This opportunity is not on offer: it is not published, or was verified too long ago.
match-coverage = compared on { $percent }% of the criteria
match-why-activity = { $percent ->
    [100] the same activity
    [80] an activity of the same class
    [50] an activity of the same division
    [30] the same sector
   *[other] another activity
    }
match-why-place = { $km ->
    [0] in the zone looked for
   *[other] { $km } km from the zone looked for
    }
match-why-budget = { $percent ->
    [100] within the budget
    [0] far above the budget
   *[other] a little above the budget
    }
match-why-surface = { $percent ->
    [100] large enough
    [0] far too small
   *[other] a little small
    }
match-why-availability = { $percent ->
    [100] available in time
    [0] available far too late
   *[other] available a little late
    }
match-why-household = { $missing ->
    [0] all services looked for within 10 km
   *[other] { $found } of the services looked for within 10 km; missing: { $themes }
    }
match-helps-theme = covers: { $themes }
match-helps-zone = { $level ->
    [commune] works in the commune
    [epci] works in the community of communes
    [department] works in the department
   *[other] does not say where it works
    }
match-helps-capacity = { $capacity ->
    [open] has room
    [limited] has little room
    [full] is full
   *[other] does not say whether it has room
    }
match-helps-response = { $count ->
    [0] has not answered a referral yet
   *[other] answers within { $days } days (median of a year)
    }
match-helps-holder = { $knows ->
    [yes] knows the holder
   *[no] does not know the holder
    }
match-for-project = Project
match-there-is = Opportunity
match-owner = At
match-new-nothing = Nothing new.
match-new-more = { $count } more: capactif match new
match-new-left = { $count ->
    [one] One changed record is still
   *[other] { $count } changed records are still
} to be looked at: capactif match new

duplicate-pair = { $common ->
    [0] { $score }% — titles { $title }% alike
   *[other] { $score }% — titles { $title }% alike; in common: { $same }
    }
duplicate-decided = A pair that was decided
duplicate-decision = { $decision ->
    [confirmed] { $name }: the same thing
   *[other] { $name }: two things
    }
duplicate-same-number = SIRET
duplicate-same-telephone = telephone
duplicate-same-email = e-mail
duplicate-same-place = place
duplicate-same-kind = kind
duplicate-same-price = price within 10%
duplicate-same-surface = surface within 10%
duplicates-none = No duplicate to decide.
duplicates-none-decided = No pair was decided.
duplicates-more = { $shown ->
    [one] { $shown } pair
   *[other] { $shown } pairs
    } of { $total }, the most alike first: --limit shows more.
duplicates-hint = Decide by: capactif duplicates confirm|reject RECORD RECORD
duplicates-undo-hint = Take back what your structure decided by: capactif duplicates undo RECORD RECORD
duplicates-closed = { $count ->
    [one] { $count } sealed record that this computer may not read was not compared.
   *[other] { $count } sealed records that this computer may not read were not compared.
    }
duplicates-confirmed = { $one } and { $other }: the same thing. Nothing is merged.
duplicates-rejected = { $one } and { $other }: two things. The pair is no longer shown.
duplicates-undone = { $one } and { $other }: decision taken back.

inconsistencies-none = Nothing is inconsistent.
review-none = Nothing waits for a decision.
review-more = { $shown } of { $total }: --limit shows more.
inconsistency-two-prices = Two prices written at once: { $field } { $values } ({ $names })
inconsistency-two-states = Two states written at once: { $values } ({ $names })
inconsistency-two-leads = Two lead structures written at once ({ $names })
inconsistency-two-values = Two values written at once: { $field } { $values } ({ $names })
inconsistency-one-opportunity-two-prices = One opportunity, two prices: { $field } { $values }; the other record: { $other }
inconsistency-one-opportunity-two-states = One opportunity, two states: { $values }; the other record: { $other }
inconsistency-one-opportunity-two-places = One opportunity, two communes: { $values }; the other record: { $other }
inconsistency-one-project-two-leads = One project, two lead structures; the other record: { $other }
inconsistency-duplicate-disputed = A duplicate that one structure confirmed and another rejected; the other record: { $other }
inconsistency-holder-with-two-leads = One holder, two lead structures: { $names }
inconsistency-closed-commune = The code { $code } no longer exists: it is { $today } today
inconsistency-outside-territory = The commune { $code } is outside the territory
inconsistency-outside-area-of-owner = The commune { $code } is outside the area of { $name }
inconsistency-referral-outside-mandate = A referral to { $name }, which has no mandate in force for: { $theme }
inconsistency-referral-outside-themes = A referral to { $name }, which does not cover: { $theme }
inconsistency-referral-outside-area = A referral to { $name }, which does not work where the project is to be
inconsistency-referral-with-another-lead = The referral and its project name two lead structures: { $names }
