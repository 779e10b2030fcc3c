# Ce que disent les pages du portail autres que l’accueil et les opportunités.
portal-department = département { $code }

portal-poster-title = Affiche : { $title }
portal-poster-back = Revenir à l’opportunité
portal-poster-how = Imprimez cette page : l’affiche tient sur une feuille A4, l’adresse et le code compris.
portal-poster-local = Ce portail n’a pas encore d’adresse publique : le code ci-dessous ne fonctionne que sur cet ordinateur. Ne l’affichez pas.
portal-poster-code = Code QR de l’adresse de cette opportunité
portal-poster-scan = À retrouver en ligne :

portal-living-title = Vivre ici
portal-living-lead = L’école, le médecin, la fibre, le train, le marché : choisissez une commune pour voir ce qu’il y a à moins de 20 km.
portal-living-name = Quelle commune ?
portal-living-go = Voir
portal-living-map = Ou par la carte et les intercommunalités
portal-living-communes = { $count ->
    [one] une commune
   *[other] { $count } communes
}
portal-living-people = { $count } habitants
portal-living-of = Les communes de { $name }
portal-living-all = Toutes les intercommunalités
portal-living-several = Plusieurs communes portent ce nom. Laquelle ?
portal-living-perhaps = Cette commune n’est pas connue. Vouliez-vous dire :
portal-living-unknown = Aucune commune de ce nom ici. Essayez le code postal, ou la carte.
portal-living-outside = { $name } n’est pas dans le territoire que ce portail décrit.
portal-living-other = Choisir une autre commune
portal-living-in = Vivre à { $name }
portal-living-where = { $name } sur la carte du territoire
portal-living-description = Écoles, santé, transports, commerces, logements et emplois autour de { $name }.
portal-living-population = Habitants
portal-living-epci = Intercommunalité
portal-living-post = Code postal
portal-living-services = Services
portal-living-within = À moins de { $km } de { $name } à vol d’oiseau, le plus proche d’abord.
portal-living-themes = Tous les thèmes
portal-living-here = sur place
portal-living-more = Les { $count } services : { $theme }
portal-living-none = Le réseau n’a encore noté aucun service autour de cette commune : cela ne veut pas dire qu’il n’y en a pas. La mairie ou une structure d’accueil saura répondre.
portal-living-ask = Trouver qui peut répondre
portal-living-say = Dire ce dont votre famille a besoin
portal-living-unknown-themes = Rien n’est encore noté ici pour : { $themes }. Demandez-le à la mairie : ce qu’elle sait pourra être ajouté.
portal-living-offers = Opportunités autour
portal-living-housing = { $count ->
    [one] Un logement
   *[other] { $count } logements
}
portal-living-jobs = { $count ->
    [one] Un emploi
   *[other] { $count } emplois
}
portal-living-no-offer = Rien n’est proposé autour de cette commune aujourd’hui. Les opportunités changent chaque semaine.
portal-living-not-here = Cette commune n’est pas sur le territoire
portal-living-no-commune = Aucune commune n’a ce code. L’adresse a peut-être été mal recopiée.
portal-living-suggestions = Sur le territoire, voyez plutôt

portal-help-title = Qui peut m’aider ?
portal-help-lead = Dites ce dont vous avez besoin et où : voici les structures dont c’est le métier, et ce qu’elles proposent.
portal-help-need = De quoi avez-vous besoin ?
portal-help-choose = Choisir…
portal-help-where = Dans quelle commune ? (facultatif)
portal-help-begin = Bâtir le projet
portal-help-money = Le financer
portal-help-place = Trouver l’activité et le lieu
portal-help-home = Installer la famille
portal-help-found = { $need } : { $count ->
    [0] personne n’est encore connu
    [one] une structure
   *[other] { $count } structures
}
portal-help-found-in = { $need }, à { $name } : { $count ->
    [0] personne n’est encore connu
    [one] une structure
   *[other] { $count } structures
}
portal-help-say-where = Ajoutez une commune pour ne garder que celles qui y travaillent.
portal-help-why-need = Compétente pour : { $need }
portal-help-why-mandate = Membre du réseau, que la charte charge d’accueillir ces demandes
portal-help-why-commune = Travaille à { $name }
portal-help-why-epci = Travaille dans { $name }
portal-help-why-department = Travaille dans tout le département { $code }
portal-help-why-everywhere = Ne limite pas son secteur
portal-help-offers = Aides et accompagnements
portal-help-amount = Jusqu’à { $amount }
portal-help-audience = Pour : { $list }
portal-help-until = Valable jusqu’au
portal-help-nobody = Aucune structure n’a encore déclaré ce besoin ici. Cela se note : une demande sans réponse montre au réseau ce qui manque.
portal-help-coordinator = { $name } coordonne le réseau et saura vers qui vous diriger.
portal-help-project = Vous préférez qu’on vous rappelle ? Décrivez votre projet une fois : seules les structures concernées le lisent.
portal-help-other = Chercher un autre besoin
portal-help-structures = Toutes les structures

portal-structures-lead = Celles qui tiennent ce portail ensemble, et celles avec qui elles travaillent.
portal-structures-name = Nom
portal-structures-all = Tous
portal-structures-count = { $count ->
    [0] Aucune structure
    [one] Une structure
   *[other] { $count } structures
}
portal-structures-none = Aucune structure ne correspond. Essayez une partie du nom, ou partez de votre besoin.
portal-structures-member = Membre du réseau
portal-structures-more = Les { $count } structures : { $kind }
portal-structure-description = { $name } ({ $kind }) : coordonnées, compétences, secteur, aides et opportunités.
portal-structure-contact = Contact
portal-structure-no-contact = Cette structure n’a pas encore indiqué comment la joindre.
portal-structure-agents = Interlocuteurs
portal-structure-no-competence = Cette structure n’a pas encore dit ce qu’elle sait faire pour un porteur de projet.
portal-structure-no-area = Cette structure ne limite pas son secteur.
portal-structure-map = Où travaille { $name }
portal-structure-support = Ce qu’elle propose
portal-structure-offers = Ses opportunités
portal-structure-no-offer = Elle n’a rien en ligne aujourd’hui. D’autres structures ont peut-être ce que vous cherchez.
portal-structure-of = Les premières, sur { $count }.

portal-network-lead = Des structures indépendantes qui accueillent ensemble les porteurs de projet du Livradois-Forez.
portal-network-how = Il n’y a pas de siège et pas de base centrale : chaque structure tient sa part du registre sur son propre ordinateur, en garde une copie complète, et en répond. Ce qu’elles ont décidé ensemble est écrit dans une charte qu’elles votent.
portal-network-here = Sur cette page
portal-network-members = Les membres
portal-network-count = { $count ->
    [one] Une structure, une voix.
   *[other] { $count } structures, une voix chacune.
}
portal-network-coordinates = Coordonne le réseau
portal-network-dormant = En sommeil : ne vote pas pour l’instant.
portal-network-since = Membre depuis le
portal-network-mandates = { $count ->
    [one] Son mandat
   *[other] Ses { $count } mandats
}
portal-network-charter = La charte en vigueur
portal-network-actions = Actions et objectifs
portal-network-figures = Évaluations
portal-network-no-action = Aucune action n’est publiée pour l’instant. Les membres en proposent, le comité de pilotage les valide deux fois par an.
portal-network-ratified = Validée par le comité
portal-network-objectives = Objectifs
portal-objective-what = Objectif
portal-objective-target = Cible
portal-objective-period = Période
portal-half-year = { $half ->
    [1] premier semestre { $year }
   *[other] second semestre { $year }
}

portal-right-create = créer des fiches
portal-right-own = modifier ses propres fiches
portal-right-any = modifier toutes les fiches
portal-right-records = « { $name } »
portal-right-places = sur { $places }
portal-holder-everyone = Chaque membre
portal-holder-coordinator = La structure qui coordonne
portal-holder-kind = Les membres de type « { $kind } »
portal-charter-version = Version { $number }, écrite le
portal-charter-founded = Réseau fondé le
portal-charter-what = Chaque ordinateur du réseau applique ces règles à tout ce qu’il reçoit : ce qu’elles n’autorisent pas n’entre pas dans le registre.
portal-charter-owner = À chacun ses fiches
portal-charter-owner-text = Ce qu’une structure apporte reste à elle : elle seule le modifie, le retire ou l’efface, sauf mandat contraire ci-dessous.
portal-charter-coordination = La coordination
portal-charter-coordinator = { $name } coordonne le réseau. Coordonner n’est pas commander : ses droits sont ceux que la charte nomme.
portal-charter-nobody = Personne ne coordonne le réseau.
portal-charter-mandates = Les mandats
portal-charter-alone = Tant que le réseau n’a qu’un membre, celui-ci peut tout.
portal-charter-open = Chaque membre peut créer : { $names }.
portal-charter-parties = Une orientation n’avance que par la structure qui oriente, celle qui reçoit et, s’il est désigné, le chef de file.
portal-charter-decisions = Les décisions
portal-charter-vote = Admettre ou retirer une structure, donner un mandat, changer une règle : il y faut { $needed ->
    [one] une voix
   *[other] { $needed } voix
} sur { $voting }.
portal-charter-committee = Le comité de pilotage
portal-charter-no-committee = La charte ne nomme pas encore de comité : aucune évaluation ne peut être ratifiée.
portal-charter-signatures = Il compte { $persons ->
    [one] une personne
   *[other] { $persons } personnes
} ; { $signing ->
    [one] une signature ratifie
   *[other] { $signing } signatures ratifient
} le contenu exact d’une évaluation ou d’une action.

portal-figures-about = Deux fois par an, les chiffres du réseau sont figés dans un fichier, puis signés par le comité de pilotage. Seuls les chiffres ainsi ratifiés paraissent ici.
portal-figures-none = Aucune évaluation n’est encore ratifiée. La première paraîtra après le prochain comité de pilotage.
portal-figures-few-note = Ce sont les totaux du réseau. Une part ou une moyenne qui porterait sur moins de 5 personnes n’est pas montrée, et rien n’est ventilé.
portal-figures-few = moins de 5 personnes
portal-figures-between = entre { $low } et { $high }
portal-figures-days = { $days } jours
portal-figures-welcome = Accueil et orientations
portal-figures-projects = Projets
portal-figures-territory = Territoire
portal-figures-offers = Offres
portal-figures-breadth = Étendue
portal-figures-satisfaction = Satisfaction
portal-figures-governance = Vie du réseau
portal-figures-costs = Coûts

portal-news-none = Pas encore d’actualité. Les structures en publient ici dès qu’il y a une réunion ouverte, une visite, une nouvelle aide.
portal-news-network = Connaître le réseau
portal-news-all = Toutes les actualités
portal-news-description = Réunions, visites, aides nouvelles : ce qui se passe dans le réseau.

portal-data-lead = Tout ce que ce portail montre peut être repris ailleurs : dans un site, un tableur, une carte, un autre annuaire.
portal-data-offers = Opportunités
portal-data-offers-text = Activités et fermes à reprendre, locaux, terrains, logements, emplois en ligne aujourd’hui. L’abonnement Atom signale les nouvelles.
portal-data-structures = Structures et aides
portal-data-structures-text = Les structures et ce qu’elles proposent, au format des annuaires de l’insertion et de l’accompagnement.
portal-data-services = Services
portal-data-services-text = Services locaux par commune en tableau ; structures, aides et services au format international des annuaires.
portal-data-api = Interroger par programme
portal-data-api-text = La description de l’interface publique, en lecture seule et sans inscription.
portal-data-licence = Licence
portal-data-licence-text = Ces données sont sous
portal-data-may = Vous pouvez les copier, les modifier, les publier et en tirer profit, gratuitement et partout.
portal-data-must = Vous citez la source et la date de mise à jour :
portal-data-source-example = Source : { $name }, opportunités au 31/12/2026
portal-data-must-not = Vous ne laissez pas croire que le réseau approuve ce que vous en faites. Les coordonnées professionnelles servent à joindre une structure, pas à démarcher.
portal-data-other = Données d’autrui
portal-data-insee = Communes, codes postaux, populations : INSEE, DGCL et La Poste, Licence Ouverte 2.0. Nomenclature d’activités : INSEE. Les distances sont à vol d’oiseau, de centre à centre.
portal-data-hidden = Ce qui n’y est pas
portal-data-hidden-text = Les porteurs de projet, leurs projets, les cédants et les échanges entre structures ne sont dans aucun de ces fichiers. Quand une opportunité est discrète, seule son intercommunalité paraît.

portal-legal-description = Qui publie ce portail, qui répond de ce qui s’y trouve, et à quelles conditions on peut le reprendre.
portal-legal-editor = Éditeur
portal-legal-missing = Pas encore renseigné dans la fiche de cette structure : { $fields }. La loi le demande (article 1-1 de la loi du 21 juin 2004) ; ce portail le montrera dès que la structure l’aura rempli.
portal-legal-no-contact = La structure qui publie ce portail n’a pas encore indiqué comment la joindre. D’ici là, adressez-vous à l’une des autres :
portal-legal-director = Le directeur ou la directrice de la publication est la personne qui représente légalement cette structure. Son nom ne figure pas dans le registre ; la structure le donne à qui le demande.
portal-legal-host = Hébergement
portal-legal-host-text = Ce portail est servi par un ordinateur de cette structure ou de son prestataire. Le registre ne nomme pas d’hébergeur : s’il y en a un, la structure ci-dessus l’indique sur demande.
portal-legal-content = Contenu
portal-legal-content-text = Chaque fiche appartient à la structure qui l’a créée, nommée sur sa page, et celle-ci en répond. Les prix, surfaces et disponibilités sont ceux que les cédants et propriétaires ont indiqués ; la date de la dernière vérification est écrite sur chaque opportunité. Rien ici n’est une offre de contrat.
portal-legal-report = Une fiche est fausse, ou vous concerne et ne devrait pas paraître ? Dites-le à la structure nommée sur la fiche : elle peut la corriger ou la retirer aussitôt, partout.
portal-legal-rights = Réutilisation
portal-legal-rights-text = Les données publiques peuvent être reprises ; formats et licence :
portal-legal-software = Le logiciel, Cap Actif, est libre (EUPL 1.2). Aucune police, image ni bibliothèque n’est chargée d’un autre site.

portal-privacy-title = Vie privée
portal-privacy-lead = Vous pouvez tout lire ici sans dire qui vous êtes.
portal-privacy-visit = Quand vous visitez
portal-privacy-visit-text = Ce portail ne dépose pas de cookie, ne mesure pas son audience et ne charge rien d’un autre site : personne d’autre n’apprend que vous êtes venu. Il ne tient pas de journal des pages lues. Votre adresse IP sert le temps de vous répondre et de freiner les abus. Si un prestataire héberge ce portail, il peut tenir des journaux techniques, comme tout hébergeur.
portal-privacy-project = Quand vous envoyez un projet
portal-privacy-project-text = Ce que vous écrivez est scellé pour les structures que la charte charge de votre besoin et de votre commune ; elles seules peuvent le lire. L’ordinateur qui sert ce portail voit le formulaire le temps de le sceller et ne garde rien de lisible. La notice affichée avec le formulaire dit le reste : qui le reçoit, pour combien de temps, comment le corriger ou le retirer avec votre code de suivi.
portal-privacy-shown = Personnes nommées sur ce portail
portal-privacy-shown-text = Seuls paraissent des interlocuteurs professionnels, avec les coordonnées de leur structure, pour l’intérêt légitime de les rendre joignables. Ni porteur de projet, ni cédant n’est nommé. Une personne qui ne veut plus paraître le demande à sa structure.
portal-privacy-kept = Combien de temps
portal-privacy-kept-text = Une opportunité quitte le portail dès qu’elle est pourvue, retirée, ou que personne ne l’a vérifiée à temps. Un projet sans suite est proposé à l’effacement 12 mois après le dernier contact, un dossier clos après 3 ans. L’effacement d’une fiche vaut sur tous les ordinateurs du réseau.
portal-privacy-rights = Vos droits
portal-privacy-rights-text = Vous pouvez demander à voir ce qui vous concerne, le faire corriger ou effacer, en limiter l’usage, vous y opposer ou le recevoir dans un format lisible. Adressez-vous à la structure qui a créé la fiche ou, à défaut, à celle qui publie ce portail. La réponse vient en un mois au plus.
portal-privacy-whom = À qui écrire
portal-privacy-cnil = Si la réponse ne vous convient pas, vous pouvez saisir la CNIL :

portal-access-title = Déclaration d’accessibilité
portal-access-aim = { $name } s’engage à rendre ce portail accessible à tous (article 47 de la loi du 11 février 2005) et vise les niveaux A et AA du RGAA 4.1.
portal-access-state = État de conformité
portal-access-state-text = Ce portail n’est pas conforme au RGAA 4.1 : aucun audit n’a encore été fait, et sans audit la loi ne connaît pas d’autre état.
portal-access-done = Ce dont nous nous sommes assurés
portal-access-script = Toutes les pages fonctionnent sans JavaScript : il n’y en a pas.
portal-access-structure = Un essai automatique vérifie sur chaque page, dans les deux langues : la langue, le titre, un seul titre principal, des niveaux de titres sans saut, une étiquette pour chaque champ, un texte pour chaque image. Les règles automatiques d’axe-core, contrastes compris, ne trouvent rien à redire sur aucune, à 320 et à 1 280 pixels.
portal-access-narrow = Les pages ont été regardées dans Chromium à 1 280 et à 320 pixels de large, les principales aussi en sombre ; l’affiche a été imprimée en PDF.
portal-access-keys = Tout est fait de liens, de champs et de boutons ordinaires, que le clavier atteint ; un lien mène droit au contenu, et le point où l’on est se voit.
portal-access-maps = Chaque carte a son contenu en liste à côté d’elle.
portal-access-colours = Aucune information ne tient à la seule couleur.
portal-access-not-done = Ce qui n’a pas été fait
portal-access-no-audit = Les 106 critères du RGAA n’ont pas été parcourus un à un, et aucun taux de conformité n’est calculé.
portal-access-no-reader = Les pages n’ont pas été essayées avec des lecteurs d’écran, ni par des personnes qui s’en servent.
portal-access-no-contrast = En sombre et à l’impression, les contrastes ont été choisis avec soin, mais pas mesurés.
portal-access-texts = Les textes des structures (descriptions, actualités) ne sont pas relus sous cet angle, et ne sont pas traduits.
portal-access-made = Cette déclaration
portal-access-made-text = Elle accompagne le logiciel et a été écrite en novembre 2026. Le portail est fait de HTML, de CSS et de SVG.
portal-access-contact = Un obstacle ?
portal-access-contact-text = Dites-le : on vous donnera l’information d’une autre façon, et on réparera.
portal-access-ways = Voies de recours
portal-access-ways-text = Si vous n’obtenez pas de réponse, vous pouvez saisir le Défenseur des droits, en ligne, par courrier gratuit (Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07) ou au 09 69 39 00 00 :

portal-site-settle = S’installer
portal-site-home = Accueil
portal-site-network = Le réseau et ses données
portal-site-about = À propos
portal-site-description = Toutes les pages du portail.
