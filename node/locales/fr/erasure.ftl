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
