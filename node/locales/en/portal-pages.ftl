# What the portal's pages say, besides the home page and opportunities.
portal-department = department { $code }

portal-poster-title = Poster: { $title }
portal-poster-back = Back to the opportunity
portal-poster-how = Print this page: the poster fits on one sheet of A4, with the address and its code.
portal-poster-local = This portal has no public address yet: the code below works on this computer only. Do not put it up.
portal-poster-code = QR code of this opportunity’s address
portal-poster-scan = Find it online:

portal-living-title = Living here
portal-living-lead = School, doctor, fibre, train, market: choose a commune to see what there is within 20 km.
portal-living-name = Which commune?
portal-living-go = Show
portal-living-map = Or by map and by community of communes
portal-living-communes = { $count ->
    [one] one commune
   *[other] { $count } communes
}
portal-living-people = { $count } inhabitants
portal-living-of = The communes of { $name }
portal-living-all = All communities of communes
portal-living-several = Several communes have this name. Which one?
portal-living-perhaps = No such commune is known. Did you mean:
portal-living-unknown = There is no commune of that name here. Try the postal code, or the map.
portal-living-outside = { $name } is not in the territory that this portal describes.
portal-living-other = Choose another commune
portal-living-in = Living in { $name }
portal-living-where = { $name } on the map of the territory
portal-living-description = Schools, health, transport, shops, housing and jobs around { $name }.
portal-living-population = Inhabitants
portal-living-epci = Community of communes
portal-living-post = Postal code
portal-living-services = Services
portal-living-within = Within { $km } of { $name } as the crow flies, the nearest first.
portal-living-themes = All themes
portal-living-here = here
portal-living-more = All { $count } services: { $theme }
portal-living-none = The network has noted no service around this commune yet, which does not mean that there is none. The town hall or a structure that welcomes newcomers will know.
portal-living-ask = Find who can answer
portal-living-say = Say what your family needs
portal-living-unknown-themes = Nothing is noted here yet for: { $themes }. Ask the town hall: what it knows can be added.
portal-living-offers = Opportunities around
portal-living-housing = { $count ->
    [one] One home
   *[other] { $count } homes
}
portal-living-jobs = { $count ->
    [one] One job
   *[other] { $count } jobs
}
portal-living-no-offer = Nothing is on offer around this commune today. Opportunities change every week.
portal-living-not-here = This commune is not in the territory
portal-living-no-commune = No commune has this code. Perhaps the address was not copied right.
portal-living-suggestions = In the territory, look at

portal-help-title = Who can help me?
portal-help-lead = Say what you need and where: here are the structures whose work it is, and what they offer.
portal-help-need = What do you need?
portal-help-choose = Choose…
portal-help-where = In which commune? (optional)
portal-help-begin = Shape the project
portal-help-money = Fund it
portal-help-place = Find the business and the place
portal-help-home = Settle the family
portal-help-found = { $need }: { $count ->
    [0] nobody is known yet
    [one] one structure
   *[other] { $count } structures
}
portal-help-found-in = { $need }, in { $name }: { $count ->
    [0] nobody is known yet
    [one] one structure
   *[other] { $count } structures
}
portal-help-say-where = Add a commune to keep those that work there.
portal-help-why-need = Competent for: { $need }
portal-help-why-mandate = A member of the network, which the charter has take such requests
portal-help-why-commune = Works in { $name }
portal-help-why-epci = Works in { $name }
portal-help-why-department = Works in the whole department { $code }
portal-help-why-everywhere = Does not limit its area
portal-help-offers = Aids and support
portal-help-amount = Up to { $amount }
portal-help-audience = For: { $list }
portal-help-until = Valid until
portal-help-nobody = No structure has declared this need here yet. That is noted: a question without an answer shows the network what is missing.
portal-help-coordinator = { $name } coordinates the network and will know whom to send you to.
portal-help-project = Would you rather be called back? Describe your project once: only the structures concerned read it.
portal-help-other = Look for another need
portal-help-structures = All structures

portal-structures-lead = Those that keep this portal together, and those they work with.
portal-structures-name = Name
portal-structures-all = All
portal-structures-count = { $count ->
    [0] No structure
    [one] One structure
   *[other] { $count } structures
}
portal-structures-none = No structure fits. Try part of its name, or begin with your need.
portal-structures-member = Member of the network
portal-structures-more = All { $count } structures: { $kind }
portal-structure-description = { $name } ({ $kind }): contact, competences, area, aids and opportunities.
portal-structure-contact = Contact
portal-structure-no-contact = This structure has not said yet how to reach it.
portal-structure-agents = People to talk to
portal-structure-no-competence = This structure has not said yet what it can do for a project.
portal-structure-no-area = This structure does not limit its area.
portal-structure-map = Where { $name } works
portal-structure-support = What it offers
portal-structure-offers = Its opportunities
portal-structure-no-offer = It has nothing online today. Others may have what you look for.
portal-structure-of = The first ones of { $count }.

portal-network-lead = Independent structures that together welcome people with a project in Livradois-Forez.
portal-network-how = There is no head office and no central database: each structure keeps its part of the registry on its own computer, holds a whole copy, and answers for what is its own. What they have decided together stands in a charter that they vote on.
portal-network-here = On this page
portal-network-members = Members
portal-network-count = { $count ->
    [one] One structure, one vote.
   *[other] { $count } structures, one vote each.
}
portal-network-coordinates = Coordinates the network
portal-network-dormant = Dormant: does not vote for the time being.
portal-network-since = A member since
portal-network-mandates = { $count ->
    [one] Its mandate
   *[other] Its { $count } mandates
}
portal-network-charter = The charter in force
portal-network-actions = Actions and objectives
portal-network-figures = Evaluations
portal-network-no-action = No action is published for now. Members propose them, the steering committee validates them twice a year.
portal-network-ratified = Validated by the committee
portal-network-objectives = Objectives
portal-objective-what = Objective
portal-objective-target = Target
portal-objective-period = Period
portal-half-year = { $half ->
    [1] first half of { $year }
   *[other] second half of { $year }
}

portal-right-create = create records
portal-right-own = edit its own records
portal-right-any = edit all records
portal-right-records = “{ $name }”
portal-right-places = in { $places }
portal-holder-everyone = Every member
portal-holder-coordinator = The structure that coordinates
portal-holder-kind = Members of the kind “{ $kind }”
portal-charter-version = Version { $number }, written on
portal-charter-founded = Network founded on
portal-charter-what = Every computer of the network applies these rules to all that it receives: what they do not allow does not enter the registry.
portal-charter-owner = To each its records
portal-charter-owner-text = What a structure brings stays its own: it alone edits, withdraws or erases it, unless a mandate below says otherwise.
portal-charter-coordination = Coordination
portal-charter-coordinator = { $name } coordinates the network. To coordinate is not to command: its rights are those that the charter names.
portal-charter-nobody = Nobody coordinates the network.
portal-charter-mandates = Mandates
portal-charter-alone = As long as the network has one member, that member may do everything.
portal-charter-open = Every member may create: { $names }.
portal-charter-parties = A referral is moved only by the structure that refers, the one that receives and, if one is named, the lead.
portal-charter-decisions = Decisions
portal-charter-vote = To admit or remove a structure, give a mandate or change a rule takes { $needed ->
    [one] one vote
   *[other] { $needed } votes
} of { $voting }.
portal-charter-committee = The steering committee
portal-charter-no-committee = The charter names no committee yet: no evaluation can be ratified.
portal-charter-signatures = It has { $persons ->
    [one] one person
   *[other] { $persons } persons
}; { $signing ->
    [one] one signature ratifies
   *[other] { $signing } signatures ratify
} the exact content of an evaluation or an action.

portal-figures-about = Twice a year the network’s figures are frozen in a file, then signed by the steering committee. Only figures ratified in this way appear here.
portal-figures-none = No evaluation has been ratified yet. The first will appear after the next steering committee.
portal-figures-few-note = These are totals of the network. A share or a mean that fewer than 5 persons stand behind is not shown, and nothing is broken down.
portal-figures-few = fewer than 5 persons
portal-figures-between = between { $low } and { $high }
portal-figures-days = { $days } days
portal-figures-welcome = Welcome and referrals
portal-figures-projects = Projects
portal-figures-territory = Territory
portal-figures-offers = Offers
portal-figures-breadth = Breadth
portal-figures-satisfaction = Satisfaction
portal-figures-governance = Life of the network
portal-figures-costs = Costs

portal-news-none = No news yet. Structures publish it here as soon as there is an open meeting, a visit, a new aid.
portal-news-network = Get to know the network
portal-news-all = All news
portal-news-description = Meetings, visits, new aids: what happens in the network.

portal-data-lead = All that this portal shows may be used elsewhere: on a site, in a spreadsheet, on a map, in another directory.
portal-data-offers = Opportunities
portal-data-offers-text = Businesses and farms to take over, premises, land, homes and jobs online today. The Atom feed tells of new ones.
portal-data-structures = Structures and aids
portal-data-structures-text = Structures and what they offer, in the format of French directories of inclusion and support.
portal-data-services = Services
portal-data-services-text = Local services by commune as a table; structures, aids and services in the international format of directories.
portal-data-api = Ask by program
portal-data-api-text = The description of the public interface, read-only and without registration.
portal-data-licence = Licence
portal-data-licence-text = This data is under the
portal-data-may = You may copy, change, publish and profit from it, free of charge and everywhere.
portal-data-must = You name the source and the date of its last update:
portal-data-source-example = Source: { $name }, opportunities as of 31 Dec 2026
portal-data-must-not = You do not let anyone believe that the network approves of what you do with it. Professional contact details are there to reach a structure, not to canvass.
portal-data-other = Data of others
portal-data-insee = Communes, postal codes, populations: INSEE, DGCL and La Poste, Licence Ouverte 2.0. Nomenclature of activities: INSEE. Distances are as the crow flies, from centre to centre.
portal-data-hidden = What is not in it
portal-data-hidden-text = People with a project, their projects, sellers and what structures tell each other are in none of these files. Where an opportunity is discreet, only its community of communes appears.

portal-legal-description = Who publishes this portal, who answers for what is in it, and on which terms it may be used elsewhere.
portal-legal-editor = Publisher
portal-legal-missing = Not yet in this structure’s record: { $fields }. French law asks for it (article 1-1 of the law of 21 June 2004); this portal will show it as soon as the structure has filled it in.
portal-legal-no-contact = The structure that publishes this portal has not said yet how to reach it. Until then, turn to one of the others:
portal-legal-director = The director of publication is the person who legally represents this structure. Their name is not in the registry; the structure gives it to whoever asks.
portal-legal-host = Hosting
portal-legal-host-text = This portal is served by a computer of this structure or of its provider. The registry names no hosting company: if there is one, the structure above says so on request.
portal-legal-content = Content
portal-legal-content-text = Each record belongs to the structure that made it, named on its page, which answers for it. Prices, surfaces and availability are those that sellers and owners gave; the date of the last verification stands on each opportunity. Nothing here is an offer of contract.
portal-legal-report = Is a record wrong, or is it about you and should not be here? Tell the structure named on it: it can correct or withdraw it at once, everywhere.
portal-legal-rights = Use elsewhere
portal-legal-rights-text = Public data may be used elsewhere; formats and licence:
portal-legal-software = The software, Cap Actif, is free (EUPL 1.2). No font, image or library is loaded from another site.

portal-privacy-title = Privacy
portal-privacy-lead = You can read everything here without saying who you are.
portal-privacy-visit = When you visit
portal-privacy-visit-text = This portal sets no cookie, measures no audience and loads nothing from another site: nobody else learns that you came. It keeps no log of pages read. Your IP address is used while answering you and to slow down abuse. If a provider hosts this portal, it may keep technical logs, as any does.
portal-privacy-project = When you send a project
portal-privacy-project-text = What you write is sealed to the structures that the charter puts in charge of your need and your commune; they alone can read it. The computer that serves this portal sees the form while it seals it and keeps nothing readable. The notice beside the form says the rest: who receives it, for how long, how to correct or withdraw it with your receipt code.
portal-privacy-shown = People named on this portal
portal-privacy-shown-text = Only professional contacts appear, with their structure’s coordinates, in the legitimate interest of being reachable. Neither people with a project nor sellers are named. Whoever no longer wants to appear asks their structure.
portal-privacy-kept = For how long
portal-privacy-kept-text = An opportunity leaves the portal as soon as it is taken, withdrawn, or nobody verified it in time. A project that came to nothing is proposed for erasure 12 months after the last contact, a closed file after 3 years. Erasing a record holds on every computer of the network.
portal-privacy-rights = Your rights
portal-privacy-rights-text = You may ask to see what is about you, have it corrected or erased, limit its use, object to it or receive it in a readable format. Turn to the structure that made the record or else to the one that publishes this portal. The answer comes within a month.
portal-privacy-whom = Whom to write to
portal-privacy-cnil = If the answer does not satisfy you, you may turn to the French data protection authority:

portal-access-title = Declaration of accessibility
portal-access-aim = { $name } undertakes to make this portal accessible to everybody (article 47 of the French law of 11 February 2005) and aims at levels A and AA of RGAA 4.1.
portal-access-state = State of conformity
portal-access-state-text = This portal is not in conformity with RGAA 4.1: no audit has been made yet, and without one the law knows no other state.
portal-access-done = What we made sure of
portal-access-script = All pages work without JavaScript: there is none.
portal-access-structure = An automatic test looks on every page, in both languages, at: the language, the title, a single main heading, levels of headings without a gap, a label for each field, a text for each image. The automatic rules of axe-core, contrasts among them, find nothing wrong on any, at 320 and at 1,280 pixels.
portal-access-narrow = Pages were looked at in Chromium at 1,280 and at 320 pixels, the main ones in dark mode too; the poster was printed to PDF.
portal-access-keys = Everything is made of ordinary links, fields and buttons that the keyboard reaches; a link leads straight to the content, and where one is can be seen.
portal-access-maps = Each map has what it shows as a list beside it.
portal-access-colours = Nothing is told by colour alone.
portal-access-not-done = What was not done
portal-access-no-audit = The 106 criteria of RGAA were not gone through one by one, and no rate of conformity is computed.
portal-access-no-reader = Pages were not tried with screen readers, nor by people who use them.
portal-access-no-contrast = In dark mode and in print, contrasts were chosen with care, but not measured.
portal-access-texts = Texts of the structures (descriptions, news) are not reviewed in this respect, and are not translated.
portal-access-made = This declaration
portal-access-made-text = It comes with the software and was written in November 2026. The portal is made of HTML, CSS and SVG.
portal-access-contact = An obstacle?
portal-access-contact-text = Say so: you will be given the information in another way, and it will be mended.
portal-access-ways = Ways of appeal
portal-access-ways-text = If you get no answer, you may turn to the French Defender of Rights, online, by free mail (Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07) or at +33 9 69 39 00 00:

portal-site-settle = Settling
portal-site-home = Home
portal-site-network = The network and its data
portal-site-about = About
portal-site-description = All pages of the portal.
