# « erase » : effacer pour toujours.

cmd-erase = Effacer une fiche pour toujours, chez tous les partenaires
    .example =
        capactif erase 3f9a12c4 --why asked
        capactif erase 3f9a12c4 --why asked --yes
        capactif erase status
arg-erase-record = Fiche à effacer : le début de son identifiant
value-erase-record = FICHE
arg-erase-why = Motif : « mistake » (saisie par erreur), « asked » (la personne l’a demandé), « retention » (la durée de conservation est passée)
value-erase-why = MOTIF
arg-erase-yes = Effacer pour de bon ; sans cette option, la commande dit seulement ce qui serait effacé
arg-erase-hide = Cacher seulement, sans la clé racine : les octets restent jusqu’à ce qu’elle donne son accord
cmd-erase-status = Montrer où chaque effacement est fait, et qui manque encore
    .example = capactif erase status
arg-erase-status-record = Fiche effacée : le début de son identifiant
value-erase-status-record = FICHE
cmd-erase-due = Montrer les fiches gardées plus longtemps que permis
    .example = capactif erase due

erase-preview = Serait effacé : { $title } ({ $id }), { $entries ->
    [one] { $entries } écriture
   *[other] { $entries } écritures
    }, sur { $nodes ->
    [one] { $nodes } ordinateur
   *[other] { $nodes } ordinateurs
    }.
erase-preview-hint = { $root ->
    [open] Un effacement est définitif : ajoutez --yes pour effacer.
    [locked] Un effacement est définitif : ajoutez --yes pour effacer ; la phrase secrète de la clé racine sera demandée.
    [unasked] La fiche serait seulement cachée partout. Ajoutez --yes pour la cacher.
   *[elsewhere] La clé racine n’est pas sur cet ordinateur : la fiche serait cachée partout, et ses octets effacés quand la même commande aura été donnée là où est cette clé, ou ici avec --root-file. Ajoutez --yes pour effacer.
    }
erase-done = Effacé ici : { $id }. Les autres ordinateurs effacent dès qu’ils l’apprennent ; « capactif erase status » dit lesquels l’ont fait.
erase-hidden = Caché partout : { $id }. Ses octets seront effacés quand la même commande aura été donnée avec la clé racine de la structure : sur l’ordinateur qui la porte, ou ici avec --root-file.
erase-status-nothing = Rien n’a été effacé.
erase-status-head = { $id }  { $why }, par { $by }, { $when }
erase-status-everywhere = effacé sur { $done } des { $nodes } ordinateurs
erase-status-waiting = effacé sur { $done } des { $nodes } ordinateurs ; manquent : { $names }
erase-status-hidden = caché partout ; la clé racine de la structure n’a pas encore donné son accord
erase-status-refused = sans effet : { $reason }
erase-status-unread = ce qu’il nomme n’est pas encore arrivé ici
erase-why-mistake = saisie par erreur
erase-why-asked = à la demande de la personne
erase-why-retention = durée de conservation passée
erase-why-unknown = motif inconnu de cette version
erase-due-nothing = Aucune fiche de votre structure n’est gardée trop longtemps.
erase-due-id = Identifiant
erase-due-title = Intitulé
erase-due-rule = Pourquoi
erase-due-until = À effacer depuis le
erase-due-hint = Pour effacer : capactif erase IDENTIFIANT --why retention --yes
erase-rule-draft = brouillon sans suite depuis 90 jours
erase-rule-not-taken-up = sans suite, 12 mois après le dernier contact
erase-rule-closed = close depuis 3 ans
erase-rule-followed-up = réussie, suivie pendant 60 mois
erase-rule-taken-back = reprise par la personne, à effacer

cmd-holder-export = Remettre à une personne tout ce qui est gardé sur elle
    .example =
        capactif holder export PP-7K3F2Q > PP-7K3F2Q.txt
        capactif holder export PP-7K3F2Q --json > PP-7K3F2Q.json

holder-export-title = Ce que le réseau garde sur vous ({ $by }, { $when })
holder-export-projects = Projets
holder-export-referrals = Orientations
holder-export-held = Tout cela, sauf l’identité, se trouve sur les ordinateurs de : { $names }. L’identité n’est lisible que par les structures nommées avec elle. Consultations notées sur cet ordinateur : { $readings }.
reading-export = remettre à la personne
