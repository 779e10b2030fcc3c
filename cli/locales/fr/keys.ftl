# Les clés d’une structure, la fiche de secours, les phrases secrètes.

cmd-key = Les clés de votre structure : protéger, remplacer, révoquer
cmd-key-show = Montrer les clés, où elles sont, et les nœuds qui parlent pour la structure
    .example = capactif key show
cmd-key-passphrase = Protéger la clé de la structure par une phrase secrète
    .example = capactif key passphrase
cmd-key-sheet = Écrire une fiche de secours à imprimer (page .html ou texte)
    .example = capactif key sheet fiche-de-secours.html
cmd-key-recover = Remplacer une clé perdue ou volée, avec la fiche de secours
    .example = capactif key recover
cmd-key-rotate-root = Remplacer la clé de la structure par une nouvelle
    .example = capactif key rotate-root
cmd-key-rotate-sealing = Remplacer la clé sous laquelle les partenaires scellent
    .example = capactif key rotate-sealing
cmd-key-revoke = Révoquer un nœud de la structure : volé, perdu, vendu
    .example = capactif key revoke 3f9a12c4
cmd-key-admit = Admettre les nouveaux ordinateurs de la structure qui attendent sa clé
    .example = capactif key admit

arg-root-file = Fichier de la clé de la structure, s’il n’est pas dans le dossier du nœud (sur une clé USB)
arg-passphrase-file = Fichier dont la première ligne est la phrase secrète (ou variable CAPACTIF_PASSPHRASE)
arg-new-passphrase-file = Fichier dont la première ligne est la nouvelle phrase secrète (ou variable CAPACTIF_NEW_PASSPHRASE)
arg-code-file = Fichier qui contient la clé de secours ; sans lui, elle est demandée
arg-key-passphrase-remove = Retirer la phrase secrète
arg-key-sheet-file = Fiche à écrire, jamais par-dessus un autre fichier ; effacez-la une fois imprimée
arg-key-revoke-node = Nœud à révoquer, ou le début de son identifiant
arg-key-revoke-last = Sa dernière écriture qui compte ; par défaut, tout ce que ce nœud-ci a reçu de lui
value-root-file = FICHIER
value-passphrase-file = FICHIER
value-new-passphrase-file = FICHIER
value-code-file = FICHIER
value-last = NUMÉRO

key-title = Clés de { $structure } ({ $id })
key-root-open = Clé de la structure : { $key }, sans phrase secrète, dans { $path }
key-root-locked = Clé de la structure : { $key }, sous une phrase secrète, dans { $path }
key-root-elsewhere = Clé de la structure : { $key }, pas sur ce nœud
key-root-other = Clé de la structure : { $key }, pas sur ce nœud ; { $path } contient une autre clé, qui ne compte pas ou plus
key-recovery = Clé de secours : { $key }, sur papier
key-no-recovery = Clé de secours : aucune. Si la clé de la structure se perd, rien ne la remplacera : capactif key sheet FICHIER
key-sealing = Clé de scellement : génération { $generation }, sur ce nœud
key-sealing-not-held = Clé de scellement : génération { $generation }, pas encore reçue par ce nœud
key-no-sealing = Clé de scellement : aucune encore
key-node = Nœud
key-node-entries = Écritures
key-node-state = État
key-node-me = ce nœud
key-node-votes = vote
key-node-revoked = révoqué après l’écriture { $seq }
key-node-uncertified = pas encore certifié
key-stopped = La clé de la structure est entre deux mains : deux déclarations portent le même numéro. La fiche de secours tranche : capactif key recover
key-uncertain = Ce nœud a été rétabli ou réparé : il ne dira rien au nom de la structure avant un « capactif sync » réussi.
key-sealing-due = Un nœud a été révoqué depuis : il peut lire ce qui se scelle encore. À faire : capactif key rotate-sealing
key-ask-passphrase = Phrase secrète de { $path } :
key-ask-again = Encore une fois, pour { $path } :
key-ask-recovery = Recopiez la clé de secours de la fiche, 16 groupes de quatre, puis Entrée :
key-passphrase-set = La clé de la structure est sous la phrase secrète. Elle vous sera demandée par les commandes « key » ; le nœud tourne sans elle.
key-passphrase-removed = La phrase secrète est retirée : qui lit le fichier a la clé.
key-rotated = La clé { $key } est maintenant celle de votre structure ; l’ancienne ne signe plus rien.
key-unprotected = Elle est sans phrase secrète : capactif key passphrase
key-left-out = Le nœud { $node } n’avait pas été certifié : il ne parle plus pour la structure. S’il est à vous, invitez-le à nouveau : capactif network invite --device
key-rotated-next = Les partenaires l’apprendront à la prochaine synchronisation : capactif sync
key-sealing-rotated = La clé de scellement est de génération { $generation } ; vos nœuds la reçoivent à la prochaine synchronisation. Ce qui était scellé reste lisible.
key-revoked = Le nœud { $node } est révoqué : ce qu’il écrit après l’écriture { $seq } ne compte pas. Nouvelle clé de scellement : génération { $generation }.
key-revoked-next = Les partenaires l’apprendront à la prochaine synchronisation : capactif sync
key-nobody-waits = Personne n’attend. Sur le nouvel ordinateur, faites d’abord « capactif network join » avec le billet.
key-admitted = L’ordinateur { $node } est admis. Recommencez-y « capactif network join » avec le même billet.
key-sheet-written = La fiche de secours { $key } est dans { $file }. Toute fiche précédente est nulle.
key-sheet-next = Imprimez-la deux fois, rangez les deux en lieux différents, puis effacez le fichier.

sheet-title = Fiche de secours de { $structure }
sheet-what = Cette clé remplace la clé de { $structure } dans le réseau « { $network } » si celle-ci est perdue ou volée. Qui la lit peut parler au nom de la structure : gardez cette feuille comme un chéquier, sous clé, en deux exemplaires et deux lieux.
sheet-reading = Seize groupes de quatre, lettres et chiffres de 2 à 7 : il n’y a ni 0, ni 1, ni 8, ni 9. Majuscules et espaces n’importent pas ; une faute de copie est signalée.
sheet-when = Quand s’en servir : l’ordinateur qui tenait la clé est volé, cassé ou perdu, la phrase secrète est oubliée, ou quelqu’un d’autre se sert de la clé.
sheet-how = Comment : sur un autre nœud de la structure, taper « capactif key recover », recopier les seize groupes, puis « capactif sync ». Ensuite « capactif key revoke NŒUD » pour chaque ordinateur perdu, et « capactif key sheet » pour une nouvelle fiche : celle-ci aura été tapée.
sheet-keep = Faite le { $date }. Une fiche plus récente annule celle-ci : détruisez-la alors.
sheet-identities = Clé de secours { $key }
    Structure { $structure_id }
    Réseau { $network_id }

error-passphrase-needed = La phrase secrète de { $path } est nécessaire, et personne n’est au terminal.
    .hint = Donnez-la par --passphrase-file (ou --new-passphrase-file), ou par la variable { $variable }.
error-passphrases-differ = Les deux saisies diffèrent ; rien n’a été changé.
    .hint = Recommencez.
error-passphrase-exposed = Le fichier { $path } est lisible par d’autres utilisateurs de cette machine.
    .hint = Faites « chmod 600 » sur ce fichier, et changez la phrase si d’autres se servent de la machine.
error-passphrase-unreadable = Le fichier { $path } n’est pas un texte d’une ligne.
    .hint = Mettez la phrase secrète seule sur la première ligne.

network-invited-device-locked = La clé de la structure est sous une phrase secrète : quand le nouvel ordinateur aura demandé (capactif network join), faites ici « capactif key admit », puis recommencez là-bas.
