# Ce que le bureau montre de nouveau, pendant que le nœud est en marche.

arg-run-notify = Montrer sur le bureau combien de nouveautés arrivent, sans aucun nom
run-notify = Les nouveautés s’affichent sur ce bureau, { $minutes ->
    [0] dès qu’elles arrivent
    [one] au plus une fois par minute
   *[other] au plus une fois toutes les { $minutes } minutes
    }.
run-notify-nowhere = Aucun bureau n’affiche les nouveautés ici ({ $reason }). Elles attendent dans capactif todo.
notify-summary = Cap Actif : { $count ->
    [one] une nouveauté
   *[other] { $count } nouveautés
    }
notify-answered = Réponses à vos orientations ({ $count })
notify-matches = Correspondances nouvelles ({ $count })
notify-see = À voir : { $commands }
