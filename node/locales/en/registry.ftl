# Labels and messages of the registry. One message a line, with no other syntax than { $name }: the node reads them without a Fluent engine too.

## Collections

collection-structure = Structure
collection-agent = Contact person
collection-opportunity = Opportunity
collection-local_service = Local service
collection-holder = Holder
collection-project = Project
collection-referral = Referral
collection-support_offer = Support offer
collection-news = News
collection-need = Need
collection-activity = Activity
collection-opinion = Opinion
collection-durability_check = Durability check
collection-satisfaction = Satisfaction
collection-meeting = Meeting
collection-decision = Decision
collection-improvement = Improvement
collection-action = Action
collection-objective = Objective
collection-evaluation = Evaluation
collection-training = Training
collection-cost_entry = Cost
collection-duplicate_link = Duplicate link

## Fields

field-structure-name = Name
field-structure-kind = Type of structure
field-structure-networks = Networks
field-structure-siret = SIRET
field-structure-insee_code = Commune of the seat
field-structure-address = Address
field-structure-phone = Telephone
field-structure-email = E-mail
field-structure-website = Website
field-structure-opening_hours = Opening hours
field-structure-service_area = Area served
field-structure-competences = Competences
field-structure-accepts_naf = Activities accepted
field-structure-excludes_naf = Activities excluded
field-structure-accepts_stages = Stages accepted
field-structure-capacity = Capacity
field-structure-charter_member = Membership
field-structure-source = Source
field-structure-source_id = Reference in the source

field-agent-name = Name
field-agent-structure = Structure
field-agent-roles = Roles
field-agent-phone = Telephone
field-agent-email = E-mail
field-agent-themes = Fields of work
field-agent-active = In post

field-opportunity-kind = Kind
field-opportunity-status = Status
field-opportunity-expired = Expired
field-opportunity-title = Title
field-opportunity-summary = Description
field-opportunity-insee_code = Commune
field-opportunity-address = Address
field-opportunity-latitude = Latitude
field-opportunity-longitude = Longitude
field-opportunity-location_precision = Published precision
field-opportunity-naf_code = Activity code
field-opportunity-naf_version = Nomenclature
field-opportunity-sector = Sector
field-opportunity-transfer_mode = Mode of transfer
field-opportunity-price_min = Lowest price
field-opportunity-price_max = Highest price
field-opportunity-rent_monthly = Monthly rent
field-opportunity-turnover_band = Turnover
field-opportunity-headcount = Headcount
field-opportunity-surface_m2 = Surface (m²)
field-opportunity-surface_ha = Farm surface (ha)
field-opportunity-farm_production = Productions
field-opportunity-organic = Organic farming
field-opportunity-with_housing = Housing attached
field-opportunity-with_walls = Walls included
field-opportunity-equipment_included = Equipment included
field-opportunity-accessible = Accessible to disabled people
field-opportunity-available_from = Available from
field-opportunity-telecom = Connection
field-opportunity-siret = SIRET of the establishment
field-opportunity-owner_structure = Responsible structure
field-opportunity-contact = Contact
field-opportunity-seller_name = Seller or owner
field-opportunity-seller_phone = Telephone of the seller
field-opportunity-seller_email = E-mail of the seller
field-opportunity-source = Source
field-opportunity-source_id = Reference at the source
field-opportunity-source_url = Link
field-opportunity-attachments = Photographs and documents
field-opportunity-last_verified_on = Verified on
field-opportunity-review_every_days = Review every (days)

field-local_service-theme = Theme
field-local_service-name = Name
field-local_service-insee_code = Commune
field-local_service-address = Address
field-local_service-phone = Telephone
field-local_service-email = E-mail
field-local_service-website = Website
field-local_service-opening_hours = Opening hours
field-local_service-bpe_code = BPE code
field-local_service-bpe_vintage = BPE vintage
field-local_service-last_verified_on = Verified on
field-local_service-source = Source
field-local_service-source_id = Reference at the source

field-holder-pseudonym = Pseudonym
field-holder-residence = Origin (community of communes or department)
field-holder-themes = Needs
field-holder-status = Follow-up
field-holder-sharing = Sharing agreed to
field-holder-info_notice_on = Information notice given on
field-holder-info_notice_version = Version of the notice
field-holder-first_contact_on = First contact on
field-holder-last_contact_on = Last contact on

field-project-pseudonym = Pseudonym
field-project-holder = Holder
field-project-title = Title
field-project-type = Type
field-project-stage = Stage
field-project-naf_code = Activity
field-project-sector = Sector
field-project-target_zones = Where
field-project-budget_max = Budget
field-project-surface_min = Least surface (m²)
field-project-production = Productions
field-project-target_date = Due date
field-project-arrival_on = Household expected on
field-project-lead_structure = Lead structure
field-project-lead_agent = Lead technician
field-project-outcome = Outcome
field-project-launched_on = Started on
field-project-siren_created = SIREN created
field-project-settled_in = Settled in
field-project-jobs_created = Jobs created (FTE)
field-project-jobs_kept = Jobs kept (FTE)
field-project-opportunity = Opportunity taken

field-referral-project = Project
field-referral-theme = Need theme
field-referral-need = Need
field-referral-from_structure = From
field-referral-to_structure = To
field-referral-lead_structure = Lead
field-referral-opportunity = Opportunity
field-referral-parent = Follows
field-referral-status = Status
field-referral-late = Delay
field-referral-decline_reason = Reason for refusal
field-referral-urgency = Urgency
field-referral-sent_on = Sent on
field-referral-answered_on = Answered on
field-referral-closed_on = Closed on
field-referral-reason = Reason

## Codes

enum-structure-kind-park = Nature park
enum-structure-kind-cci = Chamber of commerce (CCI)
enum-structure-kind-cma = Chamber of trades (CMA)
enum-structure-kind-chamber_agriculture = Chamber of agriculture
enum-structure-kind-epci = Community of communes
enum-structure-kind-lender = Lender (ADIE, PFIL…)
enum-structure-kind-incubator = Support body (BGE, incubator…)
enum-structure-kind-training_provider = Training provider
enum-structure-kind-town_hall = Town hall
enum-structure-kind-other = Other

enum-structure-capacity-open = Open
enum-structure-capacity-limited = Limited
enum-structure-capacity-full = Full
enum-structure-capacity-closed = Closed

enum-agent-roles-technician = Technician
enum-agent-roles-structure_lead = Head of structure
enum-agent-roles-coordinator = Network coordinator
enum-agent-roles-elected = Elected member of the steering committee
enum-agent-roles-dpo = Data protection officer

enum-opportunity-kind-business_takeover = Business to take over
enum-opportunity-kind-farm_takeover = Farm to take over
enum-opportunity-kind-premises = Business premises
enum-opportunity-kind-land = Building land
enum-opportunity-kind-farmland = Farmland
enum-opportunity-kind-housing = Housing
enum-opportunity-kind-job = Job (for a spouse)
enum-opportunity-kind-activity_wanted = Activity wanted by the commune

enum-opportunity-status-draft = Draft
enum-opportunity-status-to_check = To check
enum-opportunity-status-published = Published
enum-opportunity-status-under_negotiation = Under negotiation
enum-opportunity-status-filled = Filled
enum-opportunity-status-withdrawn = Withdrawn

enum-opportunity-location_precision-exact = Address
enum-opportunity-location_precision-commune = Commune
enum-opportunity-location_precision-epci = Community of communes

enum-opportunity-naf_version-naf2 = NAF rev. 2
enum-opportunity-naf_version-naf2025 = NAF 2025

enum-sector-craft = Crafts
enum-sector-retail = Retail
enum-sector-hospitality = Hotels and restaurants
enum-sector-industry = Industry
enum-sector-services = Services
enum-sector-liberal = Liberal profession
enum-sector-farming = Farming
enum-sector-forestry_wood = Forestry and wood
enum-sector-culture = Culture
enum-sector-social_economy = Social economy

enum-opportunity-transfer_mode-sale_goodwill = Sale of the business
enum-opportunity-transfer_mode-sale_shares = Sale of shares
enum-opportunity-transfer_mode-lease_management = Lease management
enum-opportunity-transfer_mode-lease_right = Leasehold right
enum-opportunity-transfer_mode-rent = Rent
enum-opportunity-transfer_mode-sale = Sale
enum-opportunity-transfer_mode-rural_lease = Rural lease
enum-opportunity-transfer_mode-partnership = Partnership
enum-opportunity-transfer_mode-free_loan = Free loan of use

enum-opportunity-telecom-fibre = Fibre
enum-opportunity-telecom-vdsl = ADSL/VDSL
enum-opportunity-telecom-radio = 4G/5G fixed
enum-opportunity-telecom-satellite = Satellite
enum-opportunity-telecom-none = None

enum-opportunity-source-transentreprise = Transentreprise
enum-opportunity-source-rdi = RDI
enum-opportunity-source-sos_villages = SOS Villages
enum-opportunity-source-town_hall = Town hall
enum-opportunity-source-agency = Agency
enum-opportunity-source-notary = Notary
enum-opportunity-source-direct = Direct
enum-opportunity-source-other = Other

enum-local_service-theme-education = Education
enum-local_service-theme-childcare = Childcare
enum-local_service-theme-health = Health
enum-local_service-theme-telecom = Telecommunication networks
enum-local_service-theme-transport = Transport
enum-local_service-theme-spouse_employment = Employment of the spouse
enum-local_service-theme-shops = Shops
enum-local_service-theme-culture_sport = Culture and sport
enum-local_service-theme-public_services = Public services

enum-project-type-creation = Creation
enum-project-type-takeover = Takeover
enum-project-type-farm_setup = Farm setup
enum-project-type-development = Development
enum-project-type-relocation = Relocation

enum-project-stage-idea = Idea
enum-project-stage-study = Study
enum-project-stage-business_plan = Business plan
enum-project-stage-funding = Funding
enum-project-stage-launch = Launch
enum-project-stage-running = Running
enum-project-stage-abandoned = Abandoned

enum-holder-status-active = Under way
enum-holder-status-paused = Paused
enum-holder-status-closed = Ended
enum-holder-sharing-network = The whole network
enum-holder-sharing-named = Structures by name
enum-holder-sharing-none = The welcoming structure alone

enum-project-outcome-created = Created
enum-project-outcome-taken_over = Taken over
enum-project-outcome-settled_elsewhere = Settled outside the territory
enum-project-outcome-abandoned = Given up
enum-project-outcome-unknown = Unknown

enum-need-theme-idea_diagnosis = Diagnosis of the idea
enum-need-theme-market_study = Market study
enum-need-theme-business_plan = Financial forecast
enum-need-theme-legal_form = Legal form
enum-need-theme-loan = Loan
enum-need-theme-microcredit = Microcredit
enum-need-theme-honour_loan = Honour loan
enum-need-theme-guarantee = Guarantee
enum-need-theme-public_aid = Public aid
enum-need-theme-training = Training
enum-need-theme-premises = Premises
enum-need-theme-land = Land
enum-need-theme-farmland = Farmland
enum-need-theme-housing = Housing
enum-need-theme-takeover_search = Search for a takeover
enum-need-theme-local_network = Local networks
enum-need-theme-spouse_job = Job for the spouse
enum-need-theme-childcare = Childcare
enum-need-theme-education = School
enum-need-theme-health = Health
enum-need-theme-transport = Transport
enum-need-theme-telecom = Connection
enum-need-theme-shops = Shops
enum-need-theme-culture_sport = Culture and sport
enum-need-theme-post_creation = Follow-up after creation

enum-referral-status-draft = Draft
enum-referral-status-sent = Sent
enum-referral-status-received = Received
enum-referral-status-more_info = More information asked
enum-referral-status-accepted = Accepted
enum-referral-status-waitlisted = Waiting for a place
enum-referral-status-in_progress = In progress
enum-referral-status-done = Done
enum-referral-status-done_no_help = No help available
enum-referral-status-unreachable = Holder unreachable
enum-referral-status-holder_withdrew = Holder gave up
enum-referral-status-declined = Declined
enum-referral-status-rerouted = Rerouted
enum-referral-status-withdrawn = Withdrawn

enum-referral-decline_reason-out_of_mandate = Out of mandate
enum-referral-decline_reason-out_of_area = Out of area
enum-referral-decline_reason-not_eligible = Not eligible
enum-referral-decline_reason-no_capacity = No place left
enum-referral-decline_reason-missing_documents = Missing documents
enum-referral-decline_reason-duplicate = Duplicate
enum-referral-decline_reason-other = Other

enum-referral-urgency-normal = Normal
enum-referral-urgency-high = Urgent

enum-opportunity-turnover_band-lt50k = Less than €50,000
enum-opportunity-turnover_band-50_100k = €50,000 to €100,000
enum-opportunity-turnover_band-100_250k = €100,000 to €250,000
enum-opportunity-turnover_band-250_500k = €250,000 to €500,000
enum-opportunity-turnover_band-gt500k = More than €500,000

enum-referral-late-overdue = Overdue (5 days)
enum-referral-late-unanswered = Unanswered (45 days)

enum-structure-charter_member-candidate = Candidate
enum-structure-charter_member-active = Member
enum-structure-charter_member-suspended = Suspended
enum-structure-charter_member-left = Left
enum-structure-charter_member-none = Not a member

## Messages: every error code under invalid-<code>

invalid-empty = empty value; give a value, or leave the field out
invalid-missing_field = this field is required; give it a value
invalid-unknown_field = "{ $value }" is not a field of { $collection }; known fields: { $allowed }
invalid-misspelt_field = "{ $value }" is not a field of { $collection }; did you mean "{ $nearest }"?
invalid-unknown_collection = "{ $value }" is not a collection; known collections: { $allowed }
invalid-misspelt_collection = "{ $value }" is not a collection; did you mean "{ $nearest }"?
invalid-unknown_value = "{ $value }" is not one of the values allowed: { $allowed }
invalid-misspelt_value = "{ $value }" is not one of the values allowed; did you mean "{ $nearest }"? Allowed: { $allowed }
invalid-sealed_not_available = this field is for named recipients, and is not sealed on these records yet; do not write it in another field instead
invalid-derived_not_writable = this field is computed; it cannot be written
invalid-by_move_only = this field is changed by the moves of the referral (send, accept, decline, done…), not directly
invalid-by_attachment_only = this field is filled by “opportunity attach” and emptied by “opportunity detach”, not directly
invalid-zone_not_a_commune = an origin is given by community of communes or by department, never by commune: in a small one it would tell who the person is
invalid-too_long = { $length } characters, at most { $max }; shorten it
invalid-control_character = the invisible character { $character } is not allowed; remove it
invalid-identifies_person = "{ $value }" seems to identify a person; write a pseudonym such as PP-7K3F, without name, telephone or e-mail
invalid-flag_form = "{ $value }" is neither yes nor no; write yes or no
invalid-number_form = "{ $value }" is not a number; write for example 1234.5
invalid-whole_number = "{ $value }" is not a whole number; write for example 1200
invalid-negative = "{ $value }" is negative; write zero or more
invalid-out_of_bounds = "{ $value }" is out of bounds; write a number from { $min } to { $max }
invalid-amount_form = "{ $value }" is not an amount; write euros, for example 90000.50
invalid-amount_precision = "{ $value }" has more than two decimals; write euros and cents, for example 90.50
invalid-ambiguous_amount = "{ $value }" can be read in two ways; write 90000 or 90.00
invalid-cents_form = "{ $value }" is not a whole number of cents; write for example 9000050 for €90,000.50
invalid-date_form = "{ $value }" is not a date; write 2026-12-31 or 31/12/2026
invalid-date_range = the year of "{ $value }" is not between 1900 and 2100; check the date
invalid-datetime_form = "{ $value }" is not a date with a time; write 2026-12-31T08:00:00Z or 31/12/2026 08:00
invalid-period_form = "{ $value }" is not a half-year; write for example 2026-H1
invalid-siret_length = "{ $value }" is not a SIRET; it takes 14 digits
invalid-siret_digits = the SIRET "{ $value }" has a wrong digit (check digit); verify it
invalid-siren_length = "{ $value }" is not a SIREN; it takes 9 digits
invalid-siren_digits = the SIREN "{ $value }" has a wrong digit (check digit); verify it
invalid-naf_form = "{ $value }" is not a NAF code; write four digits and a letter, for example 10.71C
invalid-naf_prefix_form = "{ $value }" is not a NAF code nor the beginning of one; write for example 10, 10.7, 10.71 or 10.71C
invalid-unknown_naf = the code "{ $value }" is neither in NAF rev. 2 nor in NAF 2025; verify it
invalid-bpe_form = "{ $value }" is not a BPE code; write a letter from A to G and three digits, for example B207
invalid-telephone_form = "{ $value }" is not a telephone number; write for example 04 73 82 00 00 or +33 4 73 82 00 00
invalid-telephone_short = "{ $value }" is a short number that cannot be dialled from everywhere; write one of ten digits
invalid-email_form = "{ $value }" is not an e-mail address; write for example accueil@exemple.fr
invalid-url_form = "{ $value }" is not a web address; write for example https://www.exemple.fr
invalid-hours_form = "{ $value }" is not OpenStreetMap opening hours; write for example Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00
invalid-unknown_commune = there is no commune "{ $value }"; write its INSEE code or its exact name
invalid-misspelt_commune = there is no commune "{ $value }"; did you mean { $nearest }?
invalid-ambiguous_commune = several communes are named "{ $value }"; write the code of one of them: { $choices }
invalid-outside_territory = { $commune } is not in the network's territory; choose a commune of the territory
invalid-zone_form = "{ $value }" is not a zone; write insee:63003, epci:200070761 or dept:63
invalid-zone_epci_only = "{ $value }" is not a community of communes; write for example epci:200070761
invalid-reference_form = "{ $value }" is not the identity of a record; write its 64 hexadecimal digits
invalid-unknown_record = no record of { $collection } matches "{ $value }"; look for it with { $collection } list
invalid-ambiguous_record = { $count } records of { $collection } match "{ $value }"; write more characters
invalid-too_many_items = more than { $max } items; keep { $max } at most
invalid-item_too_long = an item of the list exceeds { $max } characters; shorten it or separate with |
invalid-item_has_bar = "{ $value }" contains the separator |; write two items
invalid-not_text = "{ $value }" is not text; write a value of this field's type
invalid-expected_text = { $value } is not of a type allowed here; give a text
invalid-expected_list = { $value } is not of a type allowed here; give a list of texts
invalid-expected_flag = { $value } is not of a type allowed here; give true or false
invalid-expected_number = { $value } is not of a type allowed here; give a number
invalid-min_above_max = is above { $other }; swap them or correct one of the two
invalid-goes_with = is missing while { $other } is given; give both or neither
invalid-referral_to_self = a structure does not refer to itself; choose another structure
invalid-fixed_once_sent = does not change once the referral was sent; withdraw it and send another one
invalid-unknown_move = "{ $value }" is not a move of a referral; known moves: { $allowed }
invalid-misspelt_move = "{ $value }" is not a move of a referral; did you mean "{ $nearest }"?
invalid-move_not_allowed = { $from } cannot become { $to }; possible from here: { $allowed }
invalid-move_not_yours = your structure may not move this record from { $from } to { $to }; open to it: { $allowed }
invalid-reason_needed = a refusal needs a reason; choose one of: { $allowed }
invalid-verified_closed = an opportunity that is { $from } is not verified; publish it again first
invalid-verification_in_future = the verification dated { $date } lies in the future: to check; give today's date or an earlier one
invalid-verified_by_publishing = published by ourselves, hence verified on { $date }

## Quality of an opportunity

quality-missing = to fill in
quality-too_short = too short: say a little more
quality-too_long = too long: the essential is lost, aim at 200 to 2,000 characters
quality-never_verified = never verified: confirm that it is available
quality-verified_in_future = verification date in the future: correct it
quality-expired = verification expired: confirm that it is available
quality-verify_soon = soon to be reviewed

## Other records

field-support_offer-name = Aid or accompaniment
field-support_offer-structure = Structure
field-support_offer-themes = Needs covered
field-support_offer-audience = For whom
field-support_offer-service_area = Territory
field-support_offer-conditions = Conditions
field-support_offer-amount_max = Highest amount
field-support_offer-contact = Contact
field-support_offer-valid_until = Valid until
field-support_offer-source = Source
field-support_offer-source_id = Reference in the source

field-news-title = Title
field-news-text = Text
field-news-on = Date

field-need-project = Project
field-need-theme = Need
field-need-state = State
field-need-answer = Answer found
field-need-services = Services found
field-need-opportunity = Opportunity found
field-need-note = Details
enum-need-answer-found = Found
enum-need-answer-none_found = None found

field-activity-referral = Referral
field-activity-project = Project
field-activity-kind = Activity
field-activity-at = Date
field-activity-minutes = Length (min)
field-activity-text = Report
enum-activity-kind-appointment = Appointment
enum-activity-kind-call = Call
enum-activity-kind-email = E-mail
enum-activity-kind-visit = Visit
enum-activity-kind-committee = Committee
enum-activity-kind-document = Document
enum-activity-kind-note = Note

field-opinion-project = Project
field-opinion-structure = Structure
field-opinion-on = Date
field-opinion-view = Opinion
field-opinion-text = Reasons
enum-opinion-view-favourable = Favourable
enum-opinion-view-reserved = Reserved
enum-opinion-view-unfavourable = Unfavourable

field-durability_check-project = Project
field-durability_check-month = Month
field-durability_check-on = Checked on
field-durability_check-state = Situation
field-durability_check-jobs = Jobs (FTE)
field-durability_check-source = Source
enum-durability_check-month-6 = 6 months
enum-durability_check-month-12 = 12 months
enum-durability_check-month-24 = 24 months
enum-durability_check-month-36 = 36 months
enum-durability_check-month-60 = 60 months
enum-durability_check-state-active = Running
enum-durability_check-state-grown = Grown
enum-durability_check-state-difficulty = In difficulty
enum-durability_check-state-transferred = Transferred
enum-durability_check-state-ceased = Ceased
enum-durability_check-state-moved_out = Left the territory
enum-durability_check-state-unknown = No news
enum-durability_check-source-holder = Project holder
enum-durability_check-source-structure = Structure
enum-durability_check-source-sirene = Sirene

field-satisfaction-project = Project
field-satisfaction-on = Date
field-satisfaction-contacted = Contacted
field-satisfaction-score = Score
field-satisfaction-useful = Useful
field-satisfaction-outcomes = Effects
field-satisfaction-comment = Comment
enum-satisfaction-outcomes-discovered_support = Discovered support
enum-satisfaction-outcomes-took_action = Took action
enum-satisfaction-outcomes-helped_choice = Helped to choose
enum-satisfaction-outcomes-other = Other

field-meeting-kind = Kind of meeting
field-meeting-at = Date
field-meeting-place = Place
field-meeting-facilitator = Facilitator
field-meeting-agenda = Agenda
field-meeting-invited = Invited
field-meeting-attendance = Present
field-meeting-minutes = Minutes
enum-meeting-kind-monthly = Monthly meeting
enum-meeting-kind-steering = Steering committee
enum-meeting-kind-working_group = Working group
enum-meeting-kind-informal = Informal time

field-decision-meeting = Meeting
field-decision-text = Decision
field-decision-owner = Responsible
field-decision-due_on = Due on
field-decision-state = State
enum-decision-state-open = To do
enum-decision-state-done = Done
enum-decision-state-dropped = Dropped

field-improvement-text = What could go better
field-improvement-raised_in = Raised in
field-improvement-state = State
field-improvement-action = Action
enum-improvement-state-proposed = Proposed
enum-improvement-state-adopted = Adopted
enum-improvement-state-in_progress = In progress
enum-improvement-state-done = Done
enum-improvement-state-rejected = Rejected

field-action-title = Action of the network
field-action-text = Description
field-action-budget = Budget
field-action-raised_by = Comes from
field-action-state = State
field-action-validated = Ratified
enum-action-state-proposed = Proposed
enum-action-state-in_progress = In progress
enum-action-state-done = Done
enum-action-state-dropped = Dropped

field-objective-title = Objective
field-objective-indicator = Indicator
field-objective-target = Target
field-objective-period = Period
field-objective-structure = Structure

field-evaluation-period = Period
field-evaluation-snapshot = Frozen figures
field-evaluation-comment = Comment
field-evaluation-ratified = Ratified

field-training-year = Year
field-training-rank = Rank
field-training-topic = Topic
field-training-provider = Provider
field-training-place = Place
field-training-at = Date
field-training-hours = Hours
field-training-attendance = Present
field-training-score = Score

field-cost_entry-structure = Structure
field-cost_entry-period = Period
field-cost_entry-category = Category
field-cost_entry-days = Days
field-cost_entry-amount = Amount
enum-cost_entry-category-set_up = Setting up the network
enum-cost_entry-category-training = Training
enum-cost_entry-category-time = Technicians' time
enum-cost_entry-category-hosting = Hosting
enum-cost_entry-category-promotion = Promotion

field-duplicate_link-a = Record A
field-duplicate_link-b = Record B
field-duplicate_link-score = Score
field-duplicate_link-state = Decision
enum-duplicate_link-state-suspected = Suspected
enum-duplicate_link-state-confirmed = Confirmed
enum-duplicate_link-state-rejected = Rejected

enum-audience-creation = Creation
enum-audience-takeover = Takeover
enum-audience-farm_setup = Farm setup
enum-audience-development = Development
enum-audience-relocation = Relocation
enum-audience-idea = Idea
enum-audience-study = Study
enum-audience-business_plan = Business plan
enum-audience-funding = Funding
enum-audience-launch = Launch
enum-audience-running = Running
