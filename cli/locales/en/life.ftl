# The half-year's report, the steering committee, what it validates.

cmd-report = Report on a half-year: indicators, earlier periods, objectives
    .example =
        capactif report
        capactif report 2026-H1 --by epci
        capactif report 2026-H1 --html report.html
arg-report-period = Half-year: 2026-H1; by default, the last one that is over
value-report-period = HALF-YEAR
arg-report-by = Break down by structure, community of communes (epci) or sector; cells of fewer than 5 persons are hidden
value-report-by = structure|epci|sector
cmd-committee = Prepare the steering committee
cmd-committee-prepare = Put on one page the figures, what is to be validated and the mandates to renew
    .example =
        capactif committee prepare
        capactif committee prepare 2026-H1 --html committee.html
arg-committee-prepare-period = Half-year: 2026-H1; by default, the last one that is over
value-committee-prepare-period = HALF-YEAR
cmd-evaluation-freeze = Freeze the figures of a half-year that is over: the committee ratifies their hash
    .example = capactif evaluation freeze 2026-H1
arg-evaluation-freeze-period = Half-year: 2026-H1
value-evaluation-freeze-period = HALF-YEAR
arg-evaluation-freeze-again = Replace figures that are frozen already; what was ratified lapses
cmd-evaluation-ratify = Ratify the exact content of an evaluation as a person of the committee; without a signature, say how it stands
    .example =
        capactif evaluation ratify 2026-H1
        capactif evaluation ratify 2026-H1 --as "Marie Dupont"
arg-evaluation-ratify-id = Half-year, or the beginning of the evaluation’s identity
value-evaluation-ratify-id = HALF-YEAR
cmd-action-ratify = Ratify the exact content of an action as a person of the committee; without a signature, say how it stands
    .example = capactif action ratify 29b4f990 --as "Marie Dupont"
arg-as = Person whose key was made in this directory
value-as = NAME
arg-key = File of the person’s key, wherever it lies
value-key = FILE
cmd-improvement-adopt = Make an improvement an action; each names the other
    .example = capactif improvement adopt 3f9a12c4 --title "Remind after 3 days"
arg-improvement-adopt-title = Title of the action; by default, the first sentence of the improvement
value-improvement-adopt-title = TEXT

report-title = Report on the half-year { $period }
report-about = { $network }, from { $from } to { $to }. Figures as of { $on }.
report-not-over = The half-year is not over: provisional report.
report-frozen = Figures frozen on { $on }, hash { $hash }.
report-group-welcome = Welcome and referrals
report-group-projects = Projects
report-group-territory = Territory
report-group-offers = What is on offer
report-group-breadth = Breadth
report-group-satisfaction = Satisfaction
report-group-governance = Life of the network
report-group-costs = Costs
report-indicator = Indicator
report-basis = Out of
report-objective = Objective
report-count = Number
report-no-code = Not specified
report-scale-percent = Per cent
report-scale-number = Numbers
report-bounds = { $low } to { $high }
report-unit-percent = { $value }%
report-unit-days = { $value } d
report-unit-score = { $value } / 5
report-hidden = hidden
report-hidden-note = “hidden”: fewer than 5 persons, or what would tell of them by subtraction.
report-yearly-aim = { $target } a year
report-aim = { $of ->
        [structure] { $name }: { $target }
       *[network] { $target }
    }{ $reached ->
        [yes] , reached
        [no] , not reached
       *[open] {""}
    }
report-no-baseline = No baseline: “capactif baseline form” gives one to fill in (docs/indicators.md).
report-by-structure = Structure
report-by-epci = Community of communes
report-by-sector = Sector
report-without-structure = No structure
report-without-epci = No territory
report-without-sector = No sector
report-withheld = { $name }: not shown, as no clause of the charter asks for it.
report-objective-unknown = The objective “{ $title }” is about an unknown indicator, “{ $indicator }”.
report-recomputed = Half-years computed anew from the registry of today, for want of frozen figures: { $periods }.
report-definitions = Definitions and formulas: docs/indicators.md.
report-notes = Notes
report-page-written = Page written: { $path }

committee-title = Steering committee, { $network }, { $period }
committee-figures = Figures
committee-evaluations = Evaluations to ratify
committee-actions = Actions to validate
committee-improvements = Improvements raised
committee-mandates = Mandates to renew
committee-none = None.
committee-id = No.
committee-what = What
committee-budget = Budget
committee-standing = Where it stands
committee-raised-by = Raised by
committee-mandate = Mandate
committee-why = Why
committee-since = Since
committee-mandate-nobody = nobody can use it
committee-mandate-left = the structure is no member any more
committee-mandate-suspended = the structure is suspended
committee-mandate-dormant = the structure is dormant
committee-mandate-old = voted more than a year ago
committee-signatures = Signatures
committee-person = Member of the committee
committee-date = Date
committee-signature = Signature

evaluation-frozen = Figures of { $period } frozen as of { $on }. Hash: { $hash }
evaluation-frozen-hint = For the committee to ratify: capactif evaluation ratify { $period } --as NAME
evaluation-hash = Hash of the figures: { $hash }
improvement-adopted = Action { $id } created. The committee validates it: capactif action ratify { $id } --as NAME
