# Effacements : pour toujours, partout.

error-unknown-erasure-reason = « { $reason } » n’est pas un motif d’effacement.
    .hint = Donnez « mistake » (saisie par erreur), « asked » (la personne l’a demandé) ou « retention » (la durée de conservation est passée).
error-only-the-owner-erases = Cette fiche appartient à { $owner } : seule cette structure peut l’effacer.
    .hint = Transmettez-lui la demande. Un effacement est définitif, chez tous les partenaires.
error-unknown-erasure = Aucun effacement d’une fiche dont l’identifiant commence par { $id } n’est connu ici.
error-already-erased = La fiche { $id } est déjà effacée.
    .hint = « capactif erase status » dit sur quels ordinateurs c’est fait et lesquels manquent encore.
error-already-hidden = La fiche { $id } est déjà effacée et n’est plus montrée à personne ; ses octets restent tant que la clé racine de la structure n’a pas donné son accord.
    .hint = Relancez la même commande sur l’ordinateur qui porte la clé racine, ou ici avec --root-file. Rien d’autre ne l’annule que l’exclusion de l’ordinateur qui a effacé.
error-erasure-differs = Ce qui a été signé n’est plus ce que ce nœud effacerait : rien n’a été effacé.
    .hint = La fiche a changé entre-temps : redonnez la commande.
error-erasure-not-by-root = La clé qui a signé n’est pas la clé racine de la structure : rien n’a été effacé.
    .hint = « capactif key show » dit laquelle l’est.
error-part-goes-at-once = Une partie scellée s’efface seule et aussitôt : sans pièce jointe, sans --hide et sans clé racine.
    .hint = Donnez la commande avec --part, le motif et --yes, rien d’autre.
error-unknown-part = Cette fiche n’a pas de partie scellée « { $part } ».
    .hint = { $count ->
        [0] Rien n’y est scellé.
       *[other] Ce qui y est scellé s’appelle : { $parts }.
    }
error-part-already-erased = { $part ->
    [identity] L’identité scellée de cette fiche est déjà effacée.
    [details] Ce qui était scellé de cette fiche est déjà effacé.
   *[other] La partie scellée « { $part } » de cette fiche est déjà effacée.
    }
    .hint = « capactif erase status » dit sur quels ordinateurs c’est fait et lesquels manquent encore.
error-only-owner-or-reader-erases = Cette fiche appartient à { $owner }, et votre structure ne lit pas ce qui y est scellé : elle n’a rien à en effacer.
    .hint = Transmettez la demande à { $owner }, qui efface chez tous les partenaires.
error-part-erased = { $part ->
    [identity] L’identité scellée de cette fiche a été effacée pour toujours : on n’y scelle plus rien.
    [details] Ce qui était scellé de cette fiche a été effacé pour toujours : on n’y scelle plus rien.
   *[other] La partie scellée « { $part } » de cette fiche a été effacée pour toujours : on n’y scelle plus rien.
    }
    .hint = La structure propriétaire crée une nouvelle fiche (« capactif holder add » pour un porteur), y rattache le projet (« capactif project set … --holder … ») et efface celle-ci.
error-part-erased-here = { $part ->
    [identity] Votre structure a effacé sa propre copie de l’identité scellée : elle ne la lit plus et n’y écrit plus.
    [details] Votre structure a effacé sa propre copie de ce qui était scellé : elle ne le lit plus et n’y écrit plus.
   *[other] Votre structure a effacé sa propre copie de la partie scellée « { $part } » : elle ne la lit plus et n’y écrit plus.
    }
    .hint = Les autres structures qui la lisent gardent la leur ; adressez-vous à la structure propriétaire.
error-recipient-erased-part = { $name } a effacé sa propre copie { $part ->
    [identity] de l’identité scellée
    [details] de ce qui est scellé
   *[other] de la partie scellée « { $part } »
    } : on ne la lui rouvre pas.
    .hint = Un effacement est définitif. Pour lui ouvrir ces données, scellez-les dans une nouvelle fiche.
error-attachment-erased = Le fichier « { $name } » a été effacé de cette fiche : on ne l’y joint plus.
    .hint = Joignez un autre fichier, par exemple une nouvelle photo.
error-attachment-already-erased = Le fichier « { $name } » de cette fiche est déjà effacé.
    .hint = « capactif erase status » dit sur quels ordinateurs c’est fait et lesquels manquent encore.
error-attachment-already-hidden = Le fichier « { $name } » de cette fiche est déjà caché ; ses octets restent tant que la clé racine de la structure n’a pas donné son accord.
    .hint = Relancez la même commande sur l’ordinateur qui porte la clé racine, ou ici avec --root-file.
