# Les clés d’une structure : racine, secours, clés de scellement.

error-root-forked = La clé de votre structure est entre deux mains : deux déclarations portent le même numéro, et plus rien de ce qu’elle dit ne compte.
    .hint = Avec la fiche de secours, faites « capactif key recover » : la clé de secours tranche.
error-root-statement-refused = Cette déclaration ne compte pas : la clé qui l’a signée n’est plus celle de votre structure.
    .hint = Synchronisez, puis recommencez depuis le nœud qui tient la clé en vigueur.
error-sealing-key-unusable = Un nœud de votre structure a une clé de scellement inutilisable ; il ne peut recevoir les secrets.
    .hint = Révoquez ce nœud et invitez-le à nouveau.
