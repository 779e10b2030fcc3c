# What the portal says: what all pages share, the home page, opportunities.
portal-skip = Skip to content
portal-brand-line = Settle and do business in Livradois-Forez
portal-nav = Main navigation
portal-nav-offers = Opportunities
portal-nav-living = Living here
portal-nav-help = Who can help me?
portal-nav-network = The network
portal-nav-news = News
portal-nav-project = I have a project
portal-nav-structures = Structures of the network
portal-nav-follow = Follow my project
portal-nav-data = Open data
portal-nav-site-map = Site map
portal-nav-accessibility = Accessibility: not in conformity
portal-nav-legal = Legal notice
portal-nav-privacy = Privacy
portal-foot = This portal is kept by many: each structure of the network brings what it knows and answers for it. None stands above the others.

portal-trouble-missing = There is no such page
portal-trouble-missing-text = The address may have been copied wrongly.
portal-trouble-gone = This is no longer on offer
portal-trouble-gone-text = This page was published here, then taken, withdrawn or erased. Others may have taken its place.
portal-trouble-bad = This request was not understood
portal-trouble-other-site = The form was sent from another site: to be safe, nothing was recorded. Open it here and try again.
portal-trouble-many = Too many requests at once
portal-trouble-many-text = Wait a moment, then try again.
portal-trouble-large = This is too long
portal-trouble-large-text = What was sent is longer than the form accepts. Nothing was recorded: go back and shorten it.
portal-trouble-failed = The portal could not do it
portal-trouble-failed-text = The failure is noted. Try again in a moment; the structures can be reached by telephone.
portal-out-offers = See the opportunities
portal-out-help = Find who can help
portal-out-home = Back to the home page

portal-home-title = Take over, create, settle here
portal-home-lead = Shops, farms and workshops to take over, premises, land and housing: all that the territory offers, and the people who help you, in one place.
portal-home-way-offers = Find an opportunity
portal-home-way-offers-text = Businesses to take over, premises, land and housing, verified by the structures of the network.
portal-home-way-living = Picture life here
portal-home-way-living-text = School, doctor, fibre, train: what there is near each commune.
portal-home-way-help = Be accompanied
portal-home-way-help-text = By your need and your commune, the structures that can receive you.
portal-home-latest = At the moment
portal-home-none = No opportunity is published for now. Say what you are looking for: the structures of the network will answer.
portal-home-all = { $count ->
    [one] See the opportunity
   *[other] See all { $count } opportunities
}
portal-home-project = Do you have a project?
portal-home-project-text = Describe it in a few lines. Only the structures concerned by your need and your commune will read it, and one of them will call you back.

portal-search-what = What are you looking for?
portal-search-example = bakery, gîte, premises…
portal-search-where = Around which commune?
portal-search-km = Within
portal-search-budget = Highest budget (€)
portal-search-surface = Least surface (m²)
portal-search-more = Kinds and sectors
portal-search-go = Search
portal-search-clear = Clear everything
portal-search-no-number = This is not a number: it was left aside.
portal-search-no-place = This commune is not in the territory.
portal-search-near-names = Unknown commune. Did you mean: { $names }?
portal-search-many-places = Several communes have this name: { $names }. Add the department.

portal-offers-title = Opportunities
portal-offers-description = { $count ->
    [one] One opportunity in Livradois-Forez: businesses and farms to take over, premises, land, housing.
   *[other] { $count } opportunities in Livradois-Forez: businesses and farms to take over, premises, land, housing.
}
portal-offers-count = { $count ->
    [0] No opportunity
    [one] One opportunity
   *[other] { $count } opportunities
}
portal-offers-views = Shown as
portal-offers-list = List
portal-offers-map = Map
portal-offers-map-title = Map of the opportunities, commune by commune
portal-offers-places = The same places as a list
portal-offers-at = { $count ->
    [one] { $place }: one opportunity
   *[other] { $place }: { $count } opportunities
}
portal-offers-meant = Trades understood in your search:
portal-offers-none = Nothing fits yet. The territory surely has more to tell you in person:
portal-offers-wider = look farther, up to 80 km
portal-offers-dearer = look without a limit of budget or surface
portal-offers-say = tell the structures of the network what you are looking for
portal-pager = Pages of the list
portal-pager-before = Previous page
portal-pager-after = Next page
portal-pager-at = Page { $page } of { $pages }

portal-price-between = { $least } to { $most }
portal-price-rent = { $rent } a month
portal-badge-negotiation = Under negotiation
portal-badge-housing = Housing attached
portal-badge-walls = Walls included
portal-badge-equipment = Equipment included
portal-badge-organic = Organic farming
portal-verified = Verified on { $day }.

portal-offer-back = All opportunities
portal-offer-facts = In brief
portal-offer-price = Price
portal-offer-surface = Surface
portal-offer-negotiation = Somebody is interested already; nothing is signed.
portal-offer-no-summary = No description yet: the structure named here will tell you more.
portal-offer-good-until = Vouched for until { $day }.
portal-offer-whom = Whom to talk to
portal-offer-poster = Poster to print
portal-around = Around, within 20 km
portal-around-housing = Housing
portal-around-jobs = A job for the partner
portal-around-services = Services
portal-around-none = Nothing is known here yet.
portal-around-living = Living in this commune
