# Ce qui est scellé (identité des porteurs, motifs, comptes rendus…), et pourquoi cela ne s’ouvre pas. Un message `error-<code>` chacun.

error-nothing-sealed = Rien n’est scellé sous cette fiche.
    .hint = Si elle vient d’arriver, lancez « capactif sync » ; sinon la structure qui l’a créée peut le compléter.
error-not-a-reader = Scellé, lu par { $readers }. Votre structure n’est pas parmi ces lecteurs.
    .hint = Demandez à l’un d’eux de vous l’ouvrir, avec l’accord de la personne : capactif grant.
error-sealing-secret-missing = C’est scellé pour la clé n° { $generation } de votre structure, dont le secret n’est pas sur ce nœud.
    .hint = Lancez « capactif sync » : un autre nœud de votre structure le transmet. S’il n’y en a plus, demandez à une structure destinataire de partager de nouveau.
error-wrap-elsewhere = La clé fournie avec ce qui est scellé a été faite pour une autre fiche ou une autre structure ; elle n’ouvre rien ici.
    .hint = Prévenez la structure qui l’a scellée et l’animateur du réseau : son nœud est en panne, ou malveillant.
error-sealed-key-differs = La clé fournie n’est pas celle à laquelle l’auteur s’est engagé : il pourrait montrer un autre texte à d’autres. Rien n’est montré.
    .hint = Prévenez la structure qui l’a scellée et l’animateur du réseau.
error-sealed-size-differs = Le fichier scellé fait { $actual } octets et son auteur en annonce { $stated }.
    .hint = Demandez à la structure qui l’a scellé de l’enregistrer de nouveau.
error-sealed-unreadable = Ce qui est scellé ici ne peut pas être lu : cela a été mal scellé.
    .hint = Demandez à la structure qui l’a scellé de l’enregistrer de nouveau.
error-sealed-newer = Cela a été scellé par une version plus récente de Cap Actif.
    .hint = Mettez capactif à jour.
error-sealed-too-large = Ce texte fait { $actual } octets ; on en scelle au plus { $limit } à la fois.
    .hint = Raccourcissez-le, ou répartissez-le.

## Avec qui

error-own-sealing-key-missing = Votre structure n’a pas encore publié de clé de scellement.
    .hint = Lancez « capactif sync » : elle est publiée dès que le nœud principal de votre structure est ouvert.
error-recipient-without-key = On ne connaît pas encore de clé de scellement de { $name } : rien ne peut lui être scellé.
    .hint = Lancez « capactif sync » ; si cela persiste, demandez à cette structure de mettre Cap Actif à jour et de se synchroniser.
error-recipient-suspended = { $name } est suspendue : rien ne lui est partagé jusqu’à la prochaine version de la charte.
    .hint = « capactif charter show » dit par qui et depuis quand.
error-owner-keeps-reading = { $name } a créé cette fiche et continue de la lire.
    .hint = Pour que personne ne la lise plus, demandez à cette structure de l’effacer.
error-no-reader-to-remove = { $name } ne lit pas ce qui est scellé là.
    .hint = La commande « show » de la fiche dit qui le lit.
error-holder-shares-with-nobody = Cette personne n’a accepté d’être connue que de la structure qui l’a accueillie.
    .hint = Si elle a changé d’avis, notez-le d’abord : capactif holder set … --sharing named.
error-sealed-in-conflict = Deux structures ont écrit des choses différentes ({ $fields }) : dites ce qui vaut.
    .hint = La commande « show » de la fiche montre les deux ; donnez chacun de ces champs à « set » (pour un porteur, à « holder edit »).
error-sealed-without = Rien n’a pu être scellé pour { $names } : structure suspendue, ou dont on ne connaît pas encore la clé.
    .hint = Ouvrez-le-lui plus tard : capactif grant.
error-owner-seals-first = Rien n’est encore scellé sous cette fiche, et seule { $name }, qui l’a créée, peut commencer.
    .hint = Demandez-le à cette structure, ou écrivez une fiche à vous qui s’y rattache (une action, un avis).
error-nothing-to-seal = Rien ne se scelle dans une fiche de la collection { $collection }.
    .hint = Ce qu’on y écrit est lu par tous les membres ; « docs/dictionary.md » dit quels champs se scellent.
error-share-without-sealed = « --share » dit qui lit ce qui est scellé, et aucun champ scellé n’est donné ({ $fields }).
    .hint = Donnez-en un ; pour ouvrir à d’autres ce qui est déjà scellé : capactif grant.
error-sealed-too-often = Ce nœud a scellé ou partagé cette fiche { $limit } fois ; ce qu’il y ajouterait ne compterait pour personne.
    .hint = Faites-le depuis un autre nœud de votre structure.
