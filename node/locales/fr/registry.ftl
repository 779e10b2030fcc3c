# Libellés et messages du registre. Un message par ligne, sans autre syntaxe que { $nom } : le nœud les lit aussi sans moteur Fluent.

## Collections

collection-structure = Structure
collection-agent = Interlocuteur
collection-opportunity = Opportunité
collection-local_service = Service local
collection-holder = Porteur
collection-project = Projet
collection-referral = Orientation
collection-support_offer = Aide ou accompagnement
collection-news = Actualité
collection-need = Besoin
collection-activity = Action menée
collection-opinion = Avis
collection-durability_check = Suivi de pérennité
collection-satisfaction = Satisfaction
collection-meeting = Rencontre
collection-decision = Décision
collection-improvement = Marge de progrès
collection-action = Action du réseau
collection-objective = Objectif
collection-evaluation = Évaluation
collection-training = Formation
collection-cost_entry = Coût
collection-duplicate_link = Doublon

## Champs

field-structure-name = Nom
field-structure-kind = Type de structure
field-structure-networks = Réseaux
field-structure-siret = SIRET
field-structure-insee_code = Commune du siège
field-structure-address = Adresse
field-structure-phone = Téléphone
field-structure-email = Courriel
field-structure-website = Site
field-structure-opening_hours = Horaires
field-structure-service_area = Territoire d'intervention
field-structure-competences = Compétences
field-structure-accepts_naf = Activités acceptées
field-structure-excludes_naf = Activités exclues
field-structure-accepts_stages = Étapes acceptées
field-structure-capacity = Capacité
field-structure-charter_member = Adhésion
field-structure-source = Source
field-structure-source_id = Référence de la source

field-agent-name = Nom
field-agent-structure = Structure
field-agent-roles = Rôles
field-agent-phone = Téléphone
field-agent-email = Courriel
field-agent-themes = Domaines
field-agent-active = En poste

field-opportunity-kind = Nature
field-opportunity-status = Statut
field-opportunity-expired = Expirée
field-opportunity-title = Intitulé
field-opportunity-summary = Description
field-opportunity-insee_code = Commune
field-opportunity-address = Adresse
field-opportunity-latitude = Latitude
field-opportunity-longitude = Longitude
field-opportunity-location_precision = Précision publiée
field-opportunity-naf_code = Code d'activité
field-opportunity-naf_version = Nomenclature
field-opportunity-sector = Secteur
field-opportunity-transfer_mode = Mode de transmission
field-opportunity-price_min = Prix minimum
field-opportunity-price_max = Prix maximum
field-opportunity-rent_monthly = Loyer mensuel
field-opportunity-turnover_band = Chiffre d'affaires
field-opportunity-headcount = Effectif
field-opportunity-surface_m2 = Surface (m²)
field-opportunity-surface_ha = Surface agricole (ha)
field-opportunity-farm_production = Productions
field-opportunity-organic = Agriculture biologique
field-opportunity-with_housing = Logement attenant
field-opportunity-with_walls = Murs compris
field-opportunity-equipment_included = Matériel compris
field-opportunity-accessible = Accessible (ERP)
field-opportunity-available_from = Disponible à partir du
field-opportunity-telecom = Débit
field-opportunity-siret = SIRET de l'établissement
field-opportunity-owner_structure = Structure responsable
field-opportunity-contact = Contact
field-opportunity-seller_name = Cédant ou propriétaire
field-opportunity-seller_phone = Téléphone du cédant
field-opportunity-seller_email = Courriel du cédant
field-opportunity-source = Source
field-opportunity-source_id = Référence de la source
field-opportunity-source_url = Lien
field-opportunity-attachments = Photos et documents
field-opportunity-last_verified_on = Vérifiée le
field-opportunity-review_every_days = À revoir tous les (jours)

field-local_service-theme = Thème
field-local_service-name = Nom
field-local_service-insee_code = Commune
field-local_service-address = Adresse
field-local_service-phone = Téléphone
field-local_service-email = Courriel
field-local_service-website = Site
field-local_service-opening_hours = Horaires
field-local_service-bpe_code = Code BPE
field-local_service-bpe_vintage = Millésime BPE
field-local_service-last_verified_on = Vérifié le
field-local_service-source = Source
field-local_service-source_id = Référence de la source

field-holder-pseudonym = Pseudonyme
field-holder-residence = Origine (intercommunalité ou département)
field-holder-themes = Besoins
field-holder-status = Suivi
field-holder-sharing = Partage accepté
field-holder-info_notice_on = Information RGPD donnée le
field-holder-info_notice_version = Version de la notice
field-holder-first_contact_on = Premier contact le
field-holder-last_contact_on = Dernier contact le

field-project-pseudonym = Pseudonyme
field-project-holder = Porteur
field-project-title = Intitulé
field-project-type = Type
field-project-stage = Étape
field-project-naf_code = Activité
field-project-sector = Secteur
field-project-target_zones = Où
field-project-budget_max = Budget
field-project-surface_min = Surface minimum (m²)
field-project-production = Productions
field-project-target_date = Échéance
field-project-arrival_on = Arrivée du foyer prévue le
field-project-lead_structure = Structure référente
field-project-lead_agent = Technicien référent
field-project-outcome = Issue
field-project-launched_on = Démarrage le
field-project-siren_created = SIREN créé
field-project-settled_in = Installé dans
field-project-jobs_created = Emplois créés (ETP)
field-project-jobs_kept = Emplois maintenus (ETP)
field-project-opportunity = Opportunité saisie

field-referral-project = Projet
field-referral-theme = Thème du besoin
field-referral-need = Besoin
field-referral-from_structure = De
field-referral-to_structure = Vers
field-referral-lead_structure = Chef de file
field-referral-opportunity = Opportunité
field-referral-parent = Suite de
field-referral-status = Statut
field-referral-late = Retard
field-referral-decline_reason = Motif de refus
field-referral-urgency = Urgence
field-referral-sent_on = Envoyée le
field-referral-answered_on = Répondue le
field-referral-closed_on = Close le
field-referral-reason = Motif

## Codes

enum-structure-kind-park = Parc
enum-structure-kind-cci = CCI
enum-structure-kind-cma = Chambre de métiers
enum-structure-kind-chamber_agriculture = Chambre d'agriculture
enum-structure-kind-epci = Communauté de communes
enum-structure-kind-lender = Financeur (ADIE, PFIL…)
enum-structure-kind-incubator = Accompagnement (BGE, couveuse…)
enum-structure-kind-training_provider = Prestataire de formation
enum-structure-kind-town_hall = Mairie
enum-structure-kind-other = Autre

enum-structure-capacity-open = Ouverte
enum-structure-capacity-limited = Limitée
enum-structure-capacity-full = Complète
enum-structure-capacity-closed = Fermée

enum-agent-roles-technician = Technicien
enum-agent-roles-structure_lead = Responsable de structure
enum-agent-roles-coordinator = Animateur du réseau
enum-agent-roles-elected = Élu au comité de pilotage
enum-agent-roles-dpo = Délégué à la protection des données

enum-opportunity-kind-business_takeover = Activité à reprendre
enum-opportunity-kind-farm_takeover = Exploitation agricole à reprendre
enum-opportunity-kind-premises = Local professionnel
enum-opportunity-kind-land = Terrain
enum-opportunity-kind-farmland = Foncier agricole
enum-opportunity-kind-housing = Logement
enum-opportunity-kind-job = Emploi (conjoint)
enum-opportunity-kind-activity_wanted = Activité recherchée par la commune

enum-opportunity-status-draft = Brouillon
enum-opportunity-status-to_check = À vérifier
enum-opportunity-status-published = Publiée
enum-opportunity-status-under_negotiation = En négociation
enum-opportunity-status-filled = Pourvue
enum-opportunity-status-withdrawn = Retirée

enum-opportunity-location_precision-exact = Adresse
enum-opportunity-location_precision-commune = Commune
enum-opportunity-location_precision-epci = Intercommunalité

enum-opportunity-naf_version-naf2 = NAF rév. 2
enum-opportunity-naf_version-naf2025 = NAF 2025

enum-sector-craft = Artisanat
enum-sector-retail = Commerce
enum-sector-hospitality = Hôtellerie-restauration
enum-sector-industry = Industrie
enum-sector-services = Services
enum-sector-liberal = Profession libérale
enum-sector-farming = Agriculture
enum-sector-forestry_wood = Forêt-bois
enum-sector-culture = Culture
enum-sector-social_economy = ESS

enum-opportunity-transfer_mode-sale_goodwill = Vente du fonds
enum-opportunity-transfer_mode-sale_shares = Cession de parts
enum-opportunity-transfer_mode-lease_management = Location-gérance
enum-opportunity-transfer_mode-lease_right = Droit au bail
enum-opportunity-transfer_mode-rent = Location
enum-opportunity-transfer_mode-sale = Vente
enum-opportunity-transfer_mode-rural_lease = Bail rural
enum-opportunity-transfer_mode-partnership = Association
enum-opportunity-transfer_mode-free_loan = Mise à disposition

enum-opportunity-telecom-fibre = Fibre
enum-opportunity-telecom-vdsl = ADSL/VDSL
enum-opportunity-telecom-radio = 4G/5G fixe
enum-opportunity-telecom-satellite = Satellite
enum-opportunity-telecom-none = Aucun

enum-opportunity-source-transentreprise = Transentreprise
enum-opportunity-source-rdi = RDI
enum-opportunity-source-sos_villages = SOS Villages
enum-opportunity-source-town_hall = Mairie
enum-opportunity-source-agency = Agence
enum-opportunity-source-notary = Notaire
enum-opportunity-source-direct = Direct
enum-opportunity-source-other = Autre

enum-local_service-theme-education = Éducation
enum-local_service-theme-childcare = Petite enfance
enum-local_service-theme-health = Santé
enum-local_service-theme-telecom = Réseaux de télécommunication
enum-local_service-theme-transport = Transports
enum-local_service-theme-spouse_employment = Emploi du conjoint
enum-local_service-theme-shops = Commerces
enum-local_service-theme-culture_sport = Vie culturelle et sportive
enum-local_service-theme-public_services = Services publics

enum-project-type-creation = Création
enum-project-type-takeover = Reprise
enum-project-type-farm_setup = Installation agricole
enum-project-type-development = Développement
enum-project-type-relocation = Transfert

enum-project-stage-idea = Idée
enum-project-stage-study = Étude
enum-project-stage-business_plan = Plan d'affaires
enum-project-stage-funding = Financement
enum-project-stage-launch = Démarrage
enum-project-stage-running = En activité
enum-project-stage-abandoned = Abandonné

enum-holder-status-active = En cours
enum-holder-status-paused = En pause
enum-holder-status-closed = Terminé
enum-holder-sharing-network = Tout le réseau
enum-holder-sharing-named = Structures nommées
enum-holder-sharing-none = Structure d’accueil seule

enum-project-outcome-created = Créée
enum-project-outcome-taken_over = Reprise réalisée
enum-project-outcome-settled_elsewhere = Installé hors territoire
enum-project-outcome-abandoned = Abandon
enum-project-outcome-unknown = Inconnue

enum-need-theme-idea_diagnosis = Diagnostic de l'idée
enum-need-theme-market_study = Étude de marché
enum-need-theme-business_plan = Prévisionnel
enum-need-theme-legal_form = Statut juridique
enum-need-theme-loan = Prêt
enum-need-theme-microcredit = Microcrédit
enum-need-theme-honour_loan = Prêt d'honneur
enum-need-theme-guarantee = Garantie
enum-need-theme-public_aid = Aides publiques
enum-need-theme-training = Formation
enum-need-theme-premises = Local
enum-need-theme-land = Terrain
enum-need-theme-farmland = Foncier agricole
enum-need-theme-housing = Logement
enum-need-theme-takeover_search = Recherche d'une reprise
enum-need-theme-local_network = Réseaux locaux
enum-need-theme-spouse_job = Emploi du conjoint
enum-need-theme-childcare = Petite enfance
enum-need-theme-education = École
enum-need-theme-health = Santé
enum-need-theme-transport = Transports
enum-need-theme-telecom = Débit
enum-need-theme-shops = Commerces
enum-need-theme-culture_sport = Culture et sport
enum-need-theme-post_creation = Suivi après création

enum-referral-status-draft = Brouillon
enum-referral-status-sent = Envoyée
enum-referral-status-received = Reçue
enum-referral-status-more_info = Complément demandé
enum-referral-status-accepted = Prise en charge
enum-referral-status-waitlisted = En attente de place
enum-referral-status-in_progress = En cours
enum-referral-status-done = Aboutie
enum-referral-status-done_no_help = Pas d'aide disponible
enum-referral-status-unreachable = Porteur injoignable
enum-referral-status-holder_withdrew = Abandon du porteur
enum-referral-status-declined = Refusée
enum-referral-status-rerouted = Réorientée
enum-referral-status-withdrawn = Annulée

enum-referral-decline_reason-out_of_mandate = Hors mandat
enum-referral-decline_reason-out_of_area = Hors territoire
enum-referral-decline_reason-not_eligible = Non éligible
enum-referral-decline_reason-no_capacity = Plus de place
enum-referral-decline_reason-missing_documents = Pièces manquantes
enum-referral-decline_reason-duplicate = Doublon
enum-referral-decline_reason-other = Autre

enum-referral-urgency-normal = Normale
enum-referral-urgency-high = Urgente

enum-opportunity-turnover_band-lt50k = Moins de 50 000 €
enum-opportunity-turnover_band-50_100k = 50 000 à 100 000 €
enum-opportunity-turnover_band-100_250k = 100 000 à 250 000 €
enum-opportunity-turnover_band-250_500k = 250 000 à 500 000 €
enum-opportunity-turnover_band-gt500k = Plus de 500 000 €

enum-referral-late-overdue = En retard (5 j)
enum-referral-late-unanswered = Sans réponse (45 j)

enum-structure-charter_member-candidate = Candidate
enum-structure-charter_member-active = Membre
enum-structure-charter_member-suspended = Suspendue
enum-structure-charter_member-left = Sortie
enum-structure-charter_member-none = Non membre

## Messages : chaque code d’erreur sous invalid-<code>

invalid-empty = valeur vide ; écrivez une valeur, ou laissez le champ de côté
invalid-missing_field = champ obligatoire ; donnez-lui une valeur
invalid-unknown_field = « { $value } » n’est pas un champ de { $collection } ; champs connus : { $allowed }
invalid-misspelt_field = « { $value } » n’est pas un champ de { $collection } ; vouliez-vous dire « { $nearest } » ?
invalid-unknown_collection = « { $value } » n’est pas une collection ; collections connues : { $allowed }
invalid-misspelt_collection = « { $value } » n’est pas une collection ; vouliez-vous dire « { $nearest } » ?
invalid-unknown_value = « { $value } » n’est pas une valeur admise ; valeurs admises : { $allowed }
invalid-misspelt_value = « { $value } » n’est pas une valeur admise ; vouliez-vous dire « { $nearest } » ? Valeurs admises : { $allowed }
invalid-sealed_not_available = ce champ est réservé à des destinataires nommés, et ne se scelle pas encore sur ces fiches ; ne l’écrivez nulle part ailleurs
invalid-derived_not_writable = ce champ est calculé ; il ne s’écrit pas
invalid-by_move_only = ce champ change par les actes de l’orientation (send, accept, decline, done…), pas directement
invalid-by_attachment_only = ce champ se remplit avec « opportunity attach » et se vide avec « opportunity detach », pas directement
invalid-zone_not_a_commune = une origine s’écrit par communauté de communes ou par département, jamais par commune : dans une petite commune, elle désignerait la personne
invalid-too_long = { $length } caractères, au plus { $max } ; raccourcissez
invalid-control_character = le caractère invisible { $character } n’est pas admis ; supprimez-le
invalid-identifies_person = « { $value } » semble identifier une personne ; écrivez un pseudonyme tel que PP-7K3F, sans nom, téléphone ni courriel
invalid-flag_form = « { $value } » n’est ni oui ni non ; écrivez oui ou non
invalid-number_form = « { $value } » n’est pas un nombre ; écrivez par exemple 1234,5
invalid-whole_number = « { $value } » n’est pas un nombre entier ; écrivez par exemple 1200
invalid-negative = « { $value } » est négatif ; écrivez un nombre positif ou zéro
invalid-out_of_bounds = « { $value } » est hors des bornes ; écrivez un nombre de { $min } à { $max }
invalid-amount_form = « { $value } » n’est pas un montant ; écrivez des euros, par exemple 90 000,50
invalid-amount_precision = « { $value } » a plus de deux décimales ; écrivez des euros et des centimes, par exemple 90,50
invalid-ambiguous_amount = « { $value } » peut se lire de deux façons ; écrivez 90000 ou 90,00
invalid-cents_form = « { $value } » n’est pas un nombre entier de centimes ; écrivez par exemple 9000050 pour 90 000,50 €
invalid-date_form = « { $value } » n’est pas une date ; écrivez 31/12/2026 ou 2026-12-31
invalid-date_range = l’année de « { $value } » n’est pas entre 1900 et 2100 ; vérifiez la date
invalid-datetime_form = « { $value } » n’est pas une date avec heure ; écrivez 31/12/2026 08:00 ou 2026-12-31T08:00:00Z
invalid-period_form = « { $value } » n’est pas un semestre ; écrivez par exemple 2026-H1
invalid-siret_length = « { $value } » n’est pas un SIRET ; il faut 14 chiffres
invalid-siret_digits = le SIRET « { $value } » a un chiffre faux (clé de contrôle) ; vérifiez-le
invalid-siren_length = « { $value } » n’est pas un SIREN ; il faut 9 chiffres
invalid-siren_digits = le SIREN « { $value } » a un chiffre faux (clé de contrôle) ; vérifiez-le
invalid-naf_form = « { $value } » n’est pas un code NAF ; écrivez quatre chiffres et une lettre, par exemple 10.71C
invalid-naf_prefix_form = « { $value } » n’est pas un code NAF ni son début ; écrivez par exemple 10, 10.7, 10.71 ou 10.71C
invalid-unknown_naf = le code « { $value } » n’est ni dans la NAF rév. 2 ni dans la NAF 2025 ; vérifiez-le
invalid-bpe_form = « { $value } » n’est pas un code BPE ; écrivez une lettre de A à G et trois chiffres, par exemple B207
invalid-telephone_form = « { $value } » n’est pas un numéro de téléphone ; écrivez par exemple 04 73 82 00 00 ou +33 4 73 82 00 00
invalid-telephone_short = « { $value } » est un numéro court, qui ne s’appelle pas de partout ; écrivez un numéro à dix chiffres
invalid-email_form = « { $value } » n’est pas une adresse de courriel ; écrivez par exemple accueil@exemple.fr
invalid-url_form = « { $value } » n’est pas une adresse de site ; écrivez par exemple https://www.exemple.fr
invalid-hours_form = « { $value } » n’est pas de la syntaxe d’horaires OpenStreetMap ; écrivez par exemple Mo-Fr 09:00-12:00,14:00-18:00; Sa 09:00-12:00
invalid-unknown_commune = la commune « { $value } » n’existe pas ; écrivez son code INSEE ou son nom exact
invalid-misspelt_commune = la commune « { $value } » n’existe pas ; vouliez-vous dire { $nearest } ?
invalid-ambiguous_commune = plusieurs communes s’appellent « { $value } » ; écrivez le code de l’une d’elles : { $choices }
invalid-outside_territory = { $commune } n’est pas dans le territoire du réseau ; choisissez une commune du territoire
invalid-zone_form = « { $value } » n’est pas une zone ; écrivez insee:63003, epci:200070761 ou dept:63
invalid-zone_epci_only = « { $value } » n’est pas une intercommunalité ; écrivez par exemple epci:200070761
invalid-reference_form = « { $value } » n’est pas l’identité d’une fiche ; écrivez ses 64 chiffres hexadécimaux
invalid-unknown_record = aucune fiche de { $collection } ne correspond à « { $value } » ; cherchez-la avec { $collection } list
invalid-ambiguous_record = { $count } fiches de { $collection } correspondent à « { $value } » ; écrivez davantage de caractères
invalid-too_many_items = plus de { $max } éléments ; gardez-en au plus { $max }
invalid-item_too_long = un élément de la liste dépasse { $max } caractères ; raccourcissez-le ou séparez par |
invalid-item_has_bar = « { $value } » contient le séparateur | ; écrivez deux éléments
invalid-not_text = « { $value } » n’est pas un texte ; écrivez une valeur du type de ce champ
invalid-expected_text = { $value } n’est pas d’un type admis ici ; donnez un texte
invalid-expected_list = { $value } n’est pas d’un type admis ici ; donnez une liste de textes
invalid-expected_flag = { $value } n’est pas d’un type admis ici ; donnez true ou false
invalid-expected_number = { $value } n’est pas d’un type admis ici ; donnez un nombre
invalid-min_above_max = dépasse { $other } ; échangez-les ou corrigez l’un des deux
invalid-goes_with = manque alors que { $other } est donné ; donnez les deux ou aucun
invalid-referral_to_self = une structure ne s’oriente pas vers elle-même ; choisissez une autre structure
invalid-fixed_once_sent = ne change plus une fois l’orientation envoyée ; annulez-la (withdraw) et envoyez-en une autre
invalid-unknown_move = « { $value } » n’est pas un acte de l’orientation ; actes connus : { $allowed }
invalid-misspelt_move = « { $value } » n’est pas un acte de l’orientation ; vouliez-vous dire « { $nearest } » ?
invalid-move_not_allowed = l’état { $from } ne peut pas devenir { $to } ; possible d’ici : { $allowed }
invalid-move_not_yours = votre structure ne peut pas faire passer cette fiche de { $from } à { $to } ; possible pour elle : { $allowed }
invalid-reason_needed = un refus demande un motif ; choisissez parmi : { $allowed }
invalid-verified_closed = une opportunité dans l’état { $from } ne se vérifie pas ; publiez-la d’abord de nouveau
invalid-verification_in_future = la vérification datée du { $date } est dans le futur : à vérifier ; donnez la date du jour ou une date passée
invalid-verified_by_publishing = publiée par nous, donc vérifiée le { $date }

## Qualité d’une opportunité

quality-missing = à renseigner
quality-too_short = trop court : détaillez un peu
quality-too_long = trop long : l’essentiel se perd, visez 200 à 2 000 caractères
quality-never_verified = jamais vérifiée : confirmez qu’elle est disponible
quality-verified_in_future = date de vérification dans le futur : corrigez-la
quality-expired = vérification périmée : confirmez qu’elle est disponible
quality-verify_soon = bientôt à revoir

## Autres fiches

field-support_offer-name = Aide ou accompagnement
field-support_offer-structure = Structure
field-support_offer-themes = Besoins couverts
field-support_offer-audience = Public
field-support_offer-service_area = Territoire
field-support_offer-conditions = Conditions
field-support_offer-amount_max = Montant maximum
field-support_offer-contact = Contact
field-support_offer-valid_until = Valable jusqu'au
field-support_offer-source = Source
field-support_offer-source_id = Référence de la source

field-news-title = Titre
field-news-text = Texte
field-news-on = Date

field-need-project = Projet
field-need-theme = Besoin
field-need-state = État
field-need-answer = Réponse trouvée
field-need-services = Services trouvés
field-need-opportunity = Opportunité trouvée
field-need-note = Précisions
enum-need-answer-found = Trouvée
enum-need-answer-none_found = Aucune

field-activity-referral = Orientation
field-activity-project = Projet
field-activity-kind = Action
field-activity-at = Date
field-activity-minutes = Durée (min)
field-activity-text = Compte rendu
enum-activity-kind-appointment = Rendez-vous
enum-activity-kind-call = Appel
enum-activity-kind-email = Courriel
enum-activity-kind-visit = Visite
enum-activity-kind-committee = Comité
enum-activity-kind-document = Document
enum-activity-kind-note = Note

field-opinion-project = Projet
field-opinion-structure = Structure
field-opinion-on = Date
field-opinion-view = Avis
field-opinion-text = Argumentaire
enum-opinion-view-favourable = Favorable
enum-opinion-view-reserved = Réservé
enum-opinion-view-unfavourable = Défavorable

field-durability_check-project = Projet
field-durability_check-month = Échéance
field-durability_check-on = Faite le
field-durability_check-state = Situation
field-durability_check-jobs = Emplois (ETP)
field-durability_check-source = Source
enum-durability_check-month-6 = 6 mois
enum-durability_check-month-12 = 12 mois
enum-durability_check-month-24 = 24 mois
enum-durability_check-month-36 = 36 mois
enum-durability_check-month-60 = 60 mois
enum-durability_check-state-active = En activité
enum-durability_check-state-grown = Développée
enum-durability_check-state-difficulty = En difficulté
enum-durability_check-state-transferred = Cédée
enum-durability_check-state-ceased = Cessée
enum-durability_check-state-moved_out = Partie du territoire
enum-durability_check-state-unknown = Sans nouvelle
enum-durability_check-source-holder = Porteur
enum-durability_check-source-structure = Structure
enum-durability_check-source-sirene = Sirene

field-satisfaction-project = Projet
field-satisfaction-on = Date
field-satisfaction-contacted = Contacté
field-satisfaction-score = Note
field-satisfaction-useful = Utile
field-satisfaction-outcomes = Effets
field-satisfaction-comment = Commentaire
enum-satisfaction-outcomes-discovered_support = Aide découverte
enum-satisfaction-outcomes-took_action = Passage à l'action
enum-satisfaction-outcomes-helped_choice = Choix éclairé
enum-satisfaction-outcomes-other = Autre

field-meeting-kind = Type
field-meeting-at = Date
field-meeting-place = Lieu
field-meeting-facilitator = Animation
field-meeting-agenda = Ordre du jour
field-meeting-invited = Invités
field-meeting-attendance = Présents
field-meeting-minutes = Compte rendu
enum-meeting-kind-monthly = Rencontre mensuelle
enum-meeting-kind-steering = Comité de pilotage
enum-meeting-kind-working_group = Groupe de travail
enum-meeting-kind-informal = Temps informel

field-decision-meeting = Réunion
field-decision-text = Décision
field-decision-owner = Responsable
field-decision-due_on = Échéance
field-decision-state = État
enum-decision-state-open = À faire
enum-decision-state-done = Faite
enum-decision-state-dropped = Abandonnée

field-improvement-text = Marge de progrès
field-improvement-raised_in = Soulevée en
field-improvement-state = État
field-improvement-action = Action
enum-improvement-state-proposed = Proposée
enum-improvement-state-adopted = Adoptée
enum-improvement-state-in_progress = En cours
enum-improvement-state-done = Faite
enum-improvement-state-rejected = Écartée

field-action-title = Action du réseau
field-action-text = Description
field-action-budget = Budget
field-action-raised_by = Issue de
field-action-state = État
field-action-validated = Validée
enum-action-state-proposed = Proposée
enum-action-state-in_progress = En cours
enum-action-state-done = Faite
enum-action-state-dropped = Abandonnée

field-objective-title = Objectif
field-objective-indicator = Indicateur
field-objective-target = Cible
field-objective-period = Période
field-objective-structure = Structure

field-evaluation-period = Période
field-evaluation-snapshot = Indicateurs figés
field-evaluation-comment = Commentaire
field-evaluation-ratified = Validée

field-training-year = Année
field-training-rank = Rang
field-training-topic = Thème
field-training-provider = Intervenant
field-training-place = Lieu
field-training-at = Date
field-training-hours = Heures
field-training-attendance = Présents
field-training-score = Note

field-cost_entry-structure = Structure
field-cost_entry-period = Période
field-cost_entry-category = Nature
field-cost_entry-days = Jours
field-cost_entry-amount = Montant
enum-cost_entry-category-set_up = Création du réseau
enum-cost_entry-category-training = Formation
enum-cost_entry-category-time = Temps des techniciens
enum-cost_entry-category-hosting = Hébergement
enum-cost_entry-category-promotion = Promotion

field-duplicate_link-a = Fiche A
field-duplicate_link-b = Fiche B
field-duplicate_link-score = Score
field-duplicate_link-state = Décision
enum-duplicate_link-state-suspected = Suspecté
enum-duplicate_link-state-confirmed = Confirmé
enum-duplicate_link-state-rejected = Écarté

enum-audience-creation = Création
enum-audience-takeover = Reprise
enum-audience-farm_setup = Installation agricole
enum-audience-development = Développement
enum-audience-relocation = Transfert
enum-audience-idea = Idée
enum-audience-study = Étude
enum-audience-business_plan = Plan d'affaires
enum-audience-funding = Financement
enum-audience-launch = Démarrage
enum-audience-running = En activité
