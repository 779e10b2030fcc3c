# Ce que la charte refuse ou attend : pourquoi, et qui peut.

## Mandats

error-no-mandate = Votre structure n’a pas mandat pour { $act ->
        [create] créer
       *[other] modifier
    } cette fiche ({ $collection }{ $theme ->
        [none] {""}
       *[other] , { $theme }
    }). { $count ->
        [0] Aucun membre ne l’a pour l’instant.
        [one] Un seul membre l’a : { $names }.
       *[other] L’ont : { $names }.
    }
    .hint = { $count ->
        [0] Un membre peut proposer ce mandat : capactif charter propose --mandate.
       *[other] Demandez-lui de le faire, ou faites voter un mandat : capactif charter propose --mandate.
    }
error-not-a-party = Seules les structures concernées par cette fiche ({ $collection }) peuvent la faire avancer. { $count ->
        [0] Aucune n’est membre du réseau aujourd’hui.
       *[other] Ce sont : { $names }.
    }
    .hint = Demandez-le à l’une d’elles.
error-not-a-member = Votre structure n’est pas membre du réseau, ou ne l’est plus ; seuls les membres le peuvent.
    .hint = Les membres l’admettent avec « capactif charter approve » ; « capactif status » dira quand c’est fait.
error-entry-no-mandate = { $name } n’avait pas mandat pour { $act ->
        [create] créer
        [move] faire avancer
       *[other] modifier
    } cette fiche ({ $collection }{ $theme ->
        [none] {""}
       *[other] , { $theme }
    }).
error-entry-not-a-member = { $name } n’était pas membre du réseau.
error-entry-not-a-party = { $name } n’est pas l’une des structures que cette fiche concerne.
error-entry-gone = { $name }, ou son nœud, avait quitté le réseau par la version { $number } de la charte.
    .hint = Si le contenu est juste, un membre peut le saisir de nouveau en son nom.
error-entry-beyond-head = Écrit après ce que la version { $number } de la charte retient encore de { $name }.
    .hint = Si le contenu est juste, un membre peut le saisir de nouveau en son nom.
error-waits-for-structure = On ne sait pas encore de quelle structure est le nœud qui l’a écrit.
error-waits-for-version = La version de la charte que cette écriture cite n’est pas encore arrivée ici.
error-waits-for-force = La version de la charte que cette écriture cite n’est pas encore en vigueur ici.
error-waits-for-admission = La structure qui l’a écrite n’est pas encore admise.
error-waits-for-head = La liste des approbations de la version { $number } de la charte n’est pas encore arrivée : on ne sait pas encore si cette écriture compte.
error-waits-for-journal = Il manque ici la suite du journal jusqu’à la limite que fixe la version { $number } de la charte.
error-waits-for-suspension = La participation de { $name } est suspendue : cette écriture attend la prochaine version de la charte.

## Votes

error-unknown-proposal = Aucune proposition ne commence par « { $version } ».
    .hint = « capactif charter show » donne les propositions en attente.
error-ambiguous-proposal = { $count } propositions commencent par « { $version } ».
    .hint = Donnez davantage de caractères ; « capactif charter show » les montre.
error-stale-version = Cette version ne fait pas suite à la version { $number }, en vigueur : elle n’est plus à voter.
    .hint = Pour la reprendre sur la charte d’aujourd’hui : capactif charter propose.
error-rival-approved = Votre structure a déjà approuvé une autre proposition ({ $version }) pour la même place ; approuver les deux diviserait le réseau.
    .hint = Attendez l’issue de ce tour : si les voix sont partagées, il se termine, et chacun propose et vote de nouveau (capactif charter propose --again).
error-round-over = Les voix de ce tour sont partagées ; on vote maintenant au tour { $round }.
    .hint = Proposez-la de nouveau : capactif charter propose --again VERSION.
error-not-voting-node = Le vote de votre structure se donne sur un autre de ses nœuds ({ $node }).
    .hint = Lancez cette commande sur ce nœud-là.
error-structure-dormant = La charte met votre structure en sommeil : elle ne vote pas.
    .hint = Demandez à un membre de proposer son réveil : capactif charter propose --awake.
error-suspension-undecided = La participation de { $name } est suspendue : toute nouvelle version doit en décider.
    .hint = Ajoutez --lift pour lever la suspension, ou --close pour fermer le nœud, ou --remove et --successor pour retirer la structure.
error-protocol-falls = La version de protocole exigée ({ $version }) ne baisse jamais.
    .hint = Donnez un nombre au moins égal.
error-terms-missing = Cette version abandonne ce que la charte déclare.
    .hint = Proposez-la de nouveau depuis un nœud à jour.
error-no-successor = Personne n’est nommé pour reprendre les fiches de { $name }.
    .hint = Ajoutez --successor avec le nom d’un membre.
error-proposer-has-no-vote = Ce qui retire quelque chose à quelqu’un est proposé depuis le nœud votant d’un membre.
    .hint = Lancez cette commande sur le nœud votant de votre structure.
