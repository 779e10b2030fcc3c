# Défauts de l’API locale. Un message `error-<code>` chacun ; `.hint` dit que faire ensuite.

error-api-foreign-host = La requête s’adresse à « { $host } », qui n’est pas ce nœud.
    .hint = Utilisez l’adresse que le nœud a affichée à son démarrage.
error-api-foreign-origin = Une page de { $origin } a tenté de joindre ce nœud.
    .hint = Fermez cette page : elle n’a rien à faire ici. Rien n’a été modifié.
error-api-no-token = La requête ne porte pas de jeton.
    .hint = Envoyez le contenu du fichier api.token comme jeton « bearer ».
error-api-wrong-token = Le jeton n’est pas celui du nœud en marche.
    .hint = Vérifiez que --home désigne le dossier du nœud en marche.
error-api-no-such-page = Cette page n’existe pas sur ce nœud.
    .hint = GET /api/v1 donne la liste de ce qui peut être demandé.
error-api-body-too-large = La requête est tronquée, ou dépasse { $limit } octets.
    .hint = Donnez un gros fichier par son chemin.
error-api-broken-json = La requête n’est pas du JSON valide : ligne { $line }, colonne { $column }.
    .hint = Corrigez-la à cet endroit et renvoyez-la.
error-unknown-operation = Ce nœud ne connaît pas l’opération « { $operation } ».
    .hint = Le nœud en marche est peut-être plus ancien que cette commande : mettez-le à jour et redémarrez-le.
error-internal = Le nœud a échoué sur cette opération ; rien n’est perdu.
    .hint = Lancez capactif doctor, et signalez-le avec le journal du nœud.
error-api-not-loopback = L’API locale n’écoute que sur cette machine, pas sur { $address }.
    .hint = Donnez une adresse comme 127.0.0.1:7420.
error-address-in-use = Un autre programme écoute déjà sur { $address }.
    .hint = Choisissez un autre port, ou arrêtez ce programme.
error-api-cannot-listen = Impossible d’écouter sur { $address } : { $reason }.
    .hint = Choisissez un autre port.
error-bad-portal-url = { $url } n’est pas l’adresse d’un site.
    .hint = Écrivez-la comme https://portail.example, sans chemin.
