# Ce que dit le portail : ce que toutes les pages partagent, l’accueil, les opportunités.
portal-skip = Aller au contenu
portal-brand-line = S’installer et entreprendre en Livradois-Forez
portal-nav = Navigation principale
portal-nav-offers = Opportunités
portal-nav-living = Vivre ici
portal-nav-help = Qui peut m’aider ?
portal-nav-network = Le réseau
portal-nav-news = Actualités
portal-nav-project = J’ai un projet
portal-nav-structures = Structures du réseau
portal-nav-follow = Suivre mon projet
portal-nav-data = Données ouvertes
portal-nav-site-map = Plan du site
portal-nav-accessibility = Accessibilité : non conforme
portal-nav-legal = Mentions légales
portal-nav-privacy = Vie privée
portal-foot = Ce portail est tenu à plusieurs : chaque structure du réseau y apporte ce qu’elle connaît et en répond. Aucune n’est au-dessus des autres.

portal-trouble-missing = Cette page n’existe pas
portal-trouble-missing-text = L’adresse a peut-être été mal recopiée.
portal-trouble-gone = Ce n’est plus proposé
portal-trouble-gone-text = Cette fiche a été publiée ici, puis pourvue, retirée ou effacée. D’autres l’ont peut-être remplacée.
portal-trouble-bad = Cette demande n’a pas été comprise
portal-trouble-other-site = Le formulaire a été envoyé depuis un autre site : par prudence, rien n’a été enregistré. Ouvrez-le ici et recommencez.
portal-trouble-many = Trop de demandes d’un coup
portal-trouble-many-text = Patientez un instant, puis recommencez.
portal-trouble-large = C’est trop long
portal-trouble-large-text = Ce qui a été envoyé dépasse ce que le formulaire accepte. Rien n’a été enregistré : revenez en arrière et raccourcissez.
portal-trouble-failed = Le portail n’y est pas arrivé
portal-trouble-failed-text = La panne est notée. Recommencez dans un moment ; les structures restent joignables par téléphone.
portal-out-offers = Voir les opportunités
portal-out-help = Trouver qui peut aider
portal-out-home = Revenir à l’accueil

portal-home-title = Reprendre, créer, s’installer ici
portal-home-lead = Commerces, fermes et ateliers à reprendre, locaux, terrains et logements : tout ce que le territoire propose, et les personnes qui vous aident, en un seul endroit.
portal-home-way-offers = Trouver une opportunité
portal-home-way-offers-text = Des activités à reprendre, des locaux, du foncier et des logements, vérifiés par les structures du réseau.
portal-home-way-living = Imaginer la vie ici
portal-home-way-living-text = L’école, le médecin, la fibre, le train : ce qu’il y a près de chaque commune.
portal-home-way-help = Être accompagné
portal-home-way-help-text = Selon votre besoin et votre commune, les structures qui peuvent vous recevoir.
portal-home-latest = En ce moment
portal-home-none = Aucune opportunité n’est publiée pour l’instant. Dites ce que vous cherchez : les structures du réseau vous répondront.
portal-home-all = { $count ->
    [one] Voir l’opportunité
   *[other] Voir les { $count } opportunités
}
portal-home-project = Vous avez un projet ?
portal-home-project-text = Décrivez-le en quelques lignes. Seules les structures concernées par votre besoin et votre commune le liront, et l’une d’elles vous rappellera.

portal-search-what = Que cherchez-vous ?
portal-search-example = boulangerie, gîte, local…
portal-search-where = Autour de quelle commune ?
portal-search-km = Jusqu’à
portal-search-budget = Budget maximum (€)
portal-search-surface = Surface minimum (m²)
portal-search-more = Natures et secteurs
portal-search-go = Chercher
portal-search-clear = Tout effacer
portal-search-no-number = Ce n’est pas un nombre : il n’en est pas tenu compte.
portal-search-no-place = Cette commune n’est pas sur le territoire.
portal-search-near-names = Commune inconnue. Vouliez-vous dire : { $names } ?
portal-search-many-places = Plusieurs communes portent ce nom : { $names }. Ajoutez le département.

portal-offers-title = Opportunités
portal-offers-description = { $count ->
    [one] Une opportunité en Livradois-Forez : activités et fermes à reprendre, locaux, terrains, logements.
   *[other] { $count } opportunités en Livradois-Forez : activités et fermes à reprendre, locaux, terrains, logements.
}
portal-offers-count = { $count ->
    [0] Aucune opportunité
    [one] Une opportunité
   *[other] { $count } opportunités
}
portal-offers-views = Présentation
portal-offers-list = Liste
portal-offers-map = Carte
portal-offers-map-title = Carte des opportunités, commune par commune
portal-offers-places = Les mêmes lieux en liste
portal-offers-at = { $count ->
    [one] { $place } : une opportunité
   *[other] { $place } : { $count } opportunités
}
portal-offers-meant = Métiers compris dans votre recherche :
portal-offers-none = Rien ne correspond encore. Le territoire a sans doute mieux à vous proposer de vive voix :
portal-offers-wider = chercher plus loin, jusqu’à 80 km
portal-offers-dearer = chercher sans limite de budget ni de surface
portal-offers-say = dire ce que vous cherchez aux structures du réseau
portal-pager = Pages de la liste
portal-pager-before = Page précédente
portal-pager-after = Page suivante
portal-pager-at = Page { $page } sur { $pages }

portal-price-between = de { $least } à { $most }
portal-price-rent = { $rent } par mois
portal-badge-negotiation = En négociation
portal-badge-housing = Logement attenant
portal-badge-walls = Murs compris
portal-badge-equipment = Matériel compris
portal-badge-organic = Agriculture biologique
portal-verified = Vérifiée le { $day }.

portal-offer-back = Toutes les opportunités
portal-offer-facts = En bref
portal-offer-price = Prix
portal-offer-surface = Surface
portal-offer-negotiation = Quelqu’un est déjà intéressé ; rien n’est signé.
portal-offer-no-summary = Pas encore de description : la structure ci-contre vous en dira plus.
portal-offer-good-until = Garantie à jour jusqu’au { $day }.
portal-offer-whom = À qui parler
portal-offer-poster = Affiche à imprimer
portal-around = Autour, à moins de 20 km
portal-around-housing = Se loger
portal-around-jobs = Un emploi pour le conjoint
portal-around-services = Services
portal-around-none = Rien n’est encore connu ici.
portal-around-living = Vivre dans cette commune
