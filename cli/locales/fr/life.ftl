# Le bilan du semestre, le comité de pilotage, ce qu’il valide.

cmd-report = Faire le bilan d’un semestre : indicateurs, périodes antérieures, objectifs
    .example =
        capactif report
        capactif report 2026-H1 --by epci
        capactif report 2026-H1 --html bilan.html
arg-report-period = Semestre : 2026-H1 ; par défaut, le dernier qui soit terminé
value-report-period = SEMESTRE
arg-report-by = Ventiler par structure, par intercommunalité (epci) ou par secteur ; les cases de moins de 5 personnes sont masquées
value-report-by = structure|epci|sector
cmd-committee = Préparer le comité de pilotage
cmd-committee-prepare = Mettre sur une page les chiffres, ce qui est à valider et les mandats à renouveler
    .example =
        capactif committee prepare
        capactif committee prepare 2026-H1 --html comite.html
arg-committee-prepare-period = Semestre : 2026-H1 ; par défaut, le dernier qui soit terminé
value-committee-prepare-period = SEMESTRE
cmd-evaluation-freeze = Figer les chiffres d’un semestre terminé : le comité ratifie leur empreinte
    .example = capactif evaluation freeze 2026-H1
arg-evaluation-freeze-period = Semestre : 2026-H1
value-evaluation-freeze-period = SEMESTRE
arg-evaluation-freeze-again = Remplacer des chiffres déjà figés ; ce qui était ratifié devient caduc
cmd-evaluation-ratify = Ratifier, comme membre du comité, le contenu exact d’une évaluation ; sans signature, dire où elle en est
    .example =
        capactif evaluation ratify 2026-H1
        capactif evaluation ratify 2026-H1 --as "Marie Dupont"
arg-evaluation-ratify-id = Semestre, ou début de l’identifiant de l’évaluation
value-evaluation-ratify-id = SEMESTRE
cmd-action-ratify = Ratifier, comme membre du comité, le contenu exact d’une action ; sans signature, dire où elle en est
    .example = capactif action ratify 29b4f990 --as "Marie Dupont"
arg-as = Personne dont la clé a été faite dans ce dossier
value-as = NOM
arg-key = Fichier de la clé de la personne, où qu’il soit
value-key = FICHIER
cmd-improvement-adopt = Faire d’une amélioration une action ; chacune nomme l’autre
    .example = capactif improvement adopt 3f9a12c4 --title "Relancer à 3 jours"
arg-improvement-adopt-title = Intitulé de l’action ; par défaut, la première phrase de l’amélioration
value-improvement-adopt-title = TEXTE

report-title = Bilan du semestre { $period }
report-about = { $network }, du { $from } au { $to }. Chiffres au { $on }.
report-not-over = Le semestre n’est pas terminé : bilan provisoire.
report-frozen = Chiffres figés le { $on }, empreinte { $hash }.
report-group-welcome = Accueil et orientations
report-group-projects = Projets
report-group-territory = Territoire
report-group-offers = Offres
report-group-breadth = Étendue
report-group-satisfaction = Satisfaction
report-group-governance = Vie du réseau
report-group-costs = Coûts
report-indicator = Indicateur
report-basis = Sur
report-objective = Objectif
report-count = Nombre
report-no-code = Non précisé
report-scale-percent = En pour cent
report-scale-number = En nombre
report-bounds = { $low } à { $high }
report-unit-percent = { $value } %
report-unit-days = { $value } j
report-unit-score = { $value } / 5
report-hidden = masqué
report-hidden-note = « masqué » : moins de 5 personnes, ou ce qui permettrait de les retrouver par différence.
report-yearly-aim = { $target } par an
report-aim = { $of ->
        [structure] { $name } : { $target }
       *[network] { $target }
    }{ $reached ->
        [yes] , atteint
        [no] , non atteint
       *[open] {""}
    }
report-no-baseline = Pas de table de référence : « capactif baseline form » en donne une à remplir (docs/indicators.md).
report-by-structure = Structure
report-by-epci = Intercommunalité
report-by-sector = Secteur
report-without-structure = Sans structure
report-without-epci = Sans territoire
report-without-sector = Sans secteur
report-withheld = { $name } : non montrée, la charte n’ayant pas de clause qui le demande.
report-objective-unknown = L’objectif « { $title } » vise un indicateur inconnu, « { $indicator } ».
report-recomputed = Semestres recalculés d’après le registre d’aujourd’hui, faute de chiffres figés : { $periods }.
report-definitions = Définitions et formules : docs/indicators.md.
report-notes = Notes
report-page-written = Page écrite : { $path }

committee-title = Comité de pilotage, { $network }, { $period }
committee-figures = Chiffres
committee-evaluations = Évaluations à ratifier
committee-actions = Actions à valider
committee-improvements = Améliorations proposées
committee-mandates = Mandats à renouveler
committee-none = Rien.
committee-id = N°
committee-what = Objet
committee-budget = Budget
committee-standing = Où en est-on
committee-raised-by = Proposée par
committee-mandate = Mandat
committee-why = Pourquoi
committee-since = Depuis le
committee-mandate-nobody = personne ne peut s’en servir
committee-mandate-left = la structure n’est plus membre
committee-mandate-suspended = la structure est suspendue
committee-mandate-dormant = la structure est en sommeil
committee-mandate-old = voté il y a plus d’un an
committee-signatures = Signatures
committee-person = Membre du comité
committee-date = Date
committee-signature = Signature

evaluation-frozen = Chiffres de { $period } figés au { $on }. Empreinte : { $hash }
evaluation-frozen-hint = À ratifier par le comité : capactif evaluation ratify { $period } --as NOM
evaluation-hash = Empreinte des chiffres : { $hash }
improvement-adopted = Action { $id } créée. Le comité la valide : capactif action ratify { $id } --as NOM
