# « erase » : effacer pour toujours.

cmd-erase = Effacer une fiche, ce qui y est scellé ou une pièce jointe, pour toujours, chez tous les partenaires
    .example =
        capactif erase 3f9a12c4 --why asked
        capactif erase 3f9a12c4 --why asked --yes
        capactif erase PP-7K3F2Q --part identity --why asked
        capactif erase 3f9a12c4 --attachment facade.jpg --why mistake
        capactif erase status
arg-erase-record = Fiche à effacer : le début de son identifiant
value-erase-record = FICHE
arg-erase-why = Motif : « mistake » (saisie par erreur), « asked » (la personne l’a demandé), « retention » (la durée de conservation est passée)
value-erase-why = MOTIF
arg-erase-part = N’effacer que ce qui est scellé de la fiche, qui demeure : « identity » (l’identité d’un porteur) ou « details » (ce qui est scellé d’une autre fiche), ou le numéro d’un papier signé
value-erase-part = PARTIE
arg-erase-attachment = N’effacer que ce fichier joint à la fiche, qui demeure : son nom, ou le début de son empreinte ; même détaché depuis
value-erase-attachment = NOM
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
erase-part-preview = Serait effacé : { $part ->
    [identity] l’identité scellée
    [details] ce qui est scellé
   *[other] la partie scellée « { $part } »
    } de { $title } ({ $id }), { $entries ->
    [one] { $entries } écriture
   *[other] { $entries } écritures
    }, sur { $nodes ->
    [one] { $nodes } ordinateur
   *[other] { $nodes } ordinateurs
    }. Le reste de la fiche demeure.
erase-own-preview = Serait effacée : la copie que votre structure garde { $part ->
    [identity] de l’identité scellée
    [details] de ce qui est scellé
   *[other] de la partie scellée « { $part } »
    } de { $title } ({ $id }), sur { $nodes ->
    [one] { $nodes } ordinateur
   *[other] { $nodes } ordinateurs
    }. Les autres structures qui la lisent gardent la leur ; { $owner } peut l’effacer partout.
erase-part-hint = Un effacement est définitif, et plus rien ne sera scellé là : ajoutez --yes pour effacer. La clé racine n’est pas nécessaire.
erase-own-hint = Un effacement est définitif : votre structure ne le lira plus, et on ne le lui rouvrira pas. Ajoutez --yes pour effacer. La clé racine n’est pas nécessaire.
erase-part-done = Effacé ici : { $part ->
    [identity] l’identité scellée
    [details] ce qui est scellé
   *[other] la partie scellée « { $part } »
    } de { $id }. Les autres ordinateurs effacent dès qu’ils l’apprennent ; « capactif erase status » dit lesquels l’ont fait.
erase-own-done = Effacé sur cet ordinateur : { $part ->
    [identity] l’identité scellée
    [details] ce qui est scellé
   *[other] la partie scellée « { $part } »
    } de { $id }. Les autres ordinateurs de votre structure effacent dès qu’ils l’apprennent ; ceux des autres gardent leur copie.
erase-part-waits = Écrit : { $part ->
    [identity] l’identité scellée
    [details] ce qui est scellé
   *[other] la partie scellée « { $part } »
    } de { $id } sera effacé dès que votre structure comptera parmi les membres.
erase-file-preview = Serait effacé : le fichier « { $name } » de { $title } ({ $id }), sur { $nodes ->
    [one] { $nodes } ordinateur
   *[other] { $nodes } ordinateurs
    }. Le reste de la fiche demeure.{ $elsewhere ->
    [0] { "" }
    [one] { " " }Une autre fiche le nomme aussi, et le garde.
   *[other] { " " }{ $elsewhere } autres fiches le nomment aussi, et le gardent.
    }
erase-file-hint = { $root ->
    [open] Un effacement est définitif : ajoutez --yes pour effacer.
    [locked] Un effacement est définitif : ajoutez --yes pour effacer ; la phrase secrète de la clé racine sera demandée.
    [unasked] Le fichier serait seulement caché partout. Ajoutez --yes pour le cacher.
   *[elsewhere] La clé racine n’est pas sur cet ordinateur : le fichier serait caché partout, et ses octets effacés quand la même commande aura été donnée là où est cette clé, ou ici avec --root-file. Ajoutez --yes pour effacer.
    }
erase-file-done = Effacé ici : le fichier « { $name } » de { $id }. Les autres ordinateurs effacent dès qu’ils l’apprennent ; « capactif erase status » dit lesquels l’ont fait.
erase-file-hidden = Caché partout : le fichier « { $name } » de { $id }. Ses octets seront effacés quand la même commande aura été donnée avec la clé racine de la structure : sur l’ordinateur qui la porte, ou ici avec --root-file.
part-identity = identité
part-details = précisions
erase-status-nothing = Rien n’a été effacé.
erase-status-head = { $id }  { $why }, par { $by }, { $when }
erase-status-part = { $id }  { $part ->
    [identity] l’identité scellée
    [details] ce qui est scellé
   *[other] la partie scellée « { $part } »
    } : { $why }, par { $by }, { $when }
erase-status-file = { $id }  le fichier « { $name } » : { $why }, par { $by }, { $when }
erase-status-own = effacé { $nodes ->
    [one] sur l’ordinateur
   *[other] sur les { $nodes } ordinateurs
    } de { $by } ; les autres structures gardent leur copie
erase-status-own-waiting = effacé sur { $done } des { $nodes } ordinateurs de { $by } seulement ; les autres structures gardent leur copie
erase-status-unnamed = { $unnamed ->
    [one] une écriture est
   *[other] { $unnamed } écritures sont
    } venues depuis, de qui ne le savait pas : leur contenu n’est gardé nulle part ; pour effacer aussi leurs clés, redonnez la commande
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
