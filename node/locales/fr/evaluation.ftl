# Le bilan du semestre et le comité : ce qui ne se peut pas, et quoi faire.

error-period-in-future = Le semestre { $period } n’a pas commencé (il commence le { $from }).
    .hint = Donnez un semestre passé ou en cours : 2026-H1.
error-period-not-over = Le semestre { $period } court jusqu’au { $to } : ses chiffres changeraient encore.
    .hint = Figez-le ensuite. « capactif report { $period } » montre où il en est.
error-unknown-dimension = Un bilan se ventile par { $allowed }, pas par « { $value } ».
    .hint = Une seule ventilation à la fois : capactif report 2026-H1 --by epci
error-evaluation-frozen = Les chiffres de { $period } sont déjà figés.
    .hint = « --again » les remplace par ceux d’aujourd’hui ; ce que le comité avait ratifié devient caduc et se signe de nouveau.
error-evaluation-not-frozen = Les chiffres de { $period } ne sont pas figés : il n’y a rien à ratifier.
    .hint = capactif evaluation freeze { $period }
error-several-evaluations = Le semestre { $period } a plusieurs évaluations : { $ids }.
    .hint = Gardez-en une, retirez les autres : capactif evaluation remove ID.
error-figures-not-here = Les chiffres figés de { $period } ne sont pas encore sur cet ordinateur : on ne signe que ce qu’on peut lire.
    .hint = capactif sync, puis recommencez.
error-figures-frozen-twice = Les chiffres de { $period } ont été figés { $count } fois en même temps, par plusieurs structures.
    .hint = Choisissez en figeant de nouveau : capactif evaluation freeze { $period } --again.
error-improvement-adopted = Cette amélioration est déjà devenue l’action { $action }.
    .hint = capactif action show { $action }
error-improvement-rejected = Cette amélioration a été écartée.
    .hint = Pour revenir là-dessus : capactif improvement set ID --state proposed.
error-baseline-line = { $path }, ligne { $line } : on attend « epci;année;emplois;exploitations ».
    .hint = L’intercommunalité se donne par son SIREN ou son nom ; les nombres sont positifs ou vides.

## Papiers signés

error-papers-too-many = Une fiche porte au plus { $limit } papiers signés.
    .hint = Réunissez les pages en un seul PDF, ou retirez un papier : capactif evaluation detach.
error-no-papers-there = Les fiches « { $collection } » ne prennent pas de papiers signés.
    .hint = Joignez le papier à l’évaluation ou à la rencontre : capactif evaluation attach 2026-H1 pv.pdf
error-papers-by-owner = Cette fiche est de { $name }, qui seule y joint des papiers signés.
    .hint = Envoyez-lui le papier numérisé. Elle peut vous laisser le lire : capactif grant.
error-no-papers = Aucun papier signé n’est joint à cette fiche.
    .hint = Pour en joindre un : capactif evaluation attach 2026-H1 pv.pdf
error-unknown-paper = Pas de papier, ou plusieurs, dont le numéro commence par « { $name } ».
    .hint = Ceux qu’il y a : { $numbers }.
error-paper-kind = « { $path } » n’est pas un papier numérisé.
    .hint = Sont acceptés : { $accepted }.
