# Ce que le nœud lui-même refuse ou constate. Un message `error-<code>` chacun ; `.hint` dit quoi faire.

## Le réseau auquel ce dossier appartient

error-no-network = Ce dossier n’appartient encore à aucun réseau.
    .hint = Fondez-en un avec « capactif network found », ou rejoignez un partenaire avec « capactif network join BILLET ».
error-network-exists = Ce dossier appartient déjà au réseau « { $network } » ; rien n’a été changé.
    .hint = Pour un autre réseau, indiquez un autre dossier avec --home.
error-node-key-missing = La clé secrète de ce nœud manque : { $path }.
    .hint = Remettez ce fichier en place ; à défaut, rétablissez une sauvegarde dans un autre dossier : capactif --home DOSSIER restore FICHIER.
error-charter-missing = La version { $version } de la charte, sur laquelle repose ce dossier, manque dans son stockage.
    .hint = Arrêtez le nœud s’il tourne, puis lancez « capactif doctor --repair » : ce qui est endommagé est gardé tel quel, ce qui est sain est repris, et les partenaires renvoient le reste.
error-certificate-missing = Le journal de ce nœud ne commence pas par son certificat.
    .hint = Arrêtez le nœud s’il tourne, puis lancez « capactif doctor --repair » : ce qui est endommagé est gardé tel quel, ce qui est sain est repris, et les partenaires renvoient le reste.
error-stored-run-unreadable = Une suite d’écritures du stockage ne peut pas être lue : { $reason }.
    .hint = Arrêtez le nœud s’il tourne, puis lancez « capactif doctor --repair » : ce qui est endommagé est gardé tel quel, ce qui est sain est repris, et les partenaires renvoient le reste.
error-repair-unfinished = La réparation de { $path } a été interrompue.
    .hint = Relancez « capactif doctor --repair » : elle reprend là où elle s’est arrêtée.
error-repair-needs-room = La réparation a besoin de { $needed } Mo libres sur le disque de { $path } ; il y en a { $free }.
    .hint = Libérez de la place et recommencez ; rien n’a été changé.
error-own-journal-incomplete = Le journal de ce nœud n’est complet ici que jusqu’à l’écriture { $held }, et l’écriture { $used } existe déjà : rien ne peut être écrit ici avant que le reste soit revenu.
    .hint = Lancez « capactif sync », ou lisez un colis d’un partenaire (capactif bundle read FICHIER). Si personne n’a plus ces écritures : capactif doctor --repair --new-key.
error-own-journal-closed = Des écritures de ce nœud ont pu être perdues, et la clé de la structure n’est pas ici pour lui donner une nouvelle clé : ce nœud lit et échange, mais n’écrit plus.
    .hint = Demandez au nœud principal de votre structure un billet pour un nouveau nœud, et servez-vous-en dans un autre dossier : capactif --home DOSSIER network join BILLET.
error-outbox-was-damaged = La boîte d’envoi { $path } était endommagée ; elle a été refaite à partir du journal, où rien ne manque. Le fichier endommagé est gardé à côté.
    .hint = Il n’y a rien à faire. Si cela se reproduit, le disque est à remplacer.
error-own-journal-ahead = Le nœud { $peer } détient des écritures de ce nœud jusqu’au numéro { $seq }, qui manquent ici : ce dossier a été remis depuis une copie plus ancienne.
    .hint = Lancez « capactif sync » : ce qui manque revient de chez ce partenaire. Si le message persiste, rétablissez la sauvegarde dans un autre dossier avec « capactif restore ».
error-own-journal-forked = Le nœud { $peer } détient une autre suite du journal de ce nœud : ce dossier a été remis depuis une copie plus ancienne, puis a servi. Ce qui est écrit ici ne part plus chez ce partenaire.
    .hint = Faites un « capactif export » de ce que vous avez saisi depuis, rétablissez la sauvegarde dans un autre dossier avec « capactif restore », puis importez-le.
error-foreign-journal-forked = Le nœud { $peer } détient une autre suite du journal du nœud { $author } : celui-ci a été remis depuis une copie plus ancienne, ou quelqu’un triche. Les autres journaux continuent de s’échanger.
    .hint = Prévenez la structure concernée et l’animateur du réseau.

## Billets et admission

error-ticket-prefix = Ce n’est pas un billet : un billet commence par « CAPACTIF ».
    .hint = Copiez le billet entier, tel que « capactif network invite » l’a affiché.
error-ticket-character = Le caractère « { $character } », en position { $position }, n’existe pas dans un billet.
    .hint = Copiez de nouveau le billet entier.
error-ticket-damaged = Le billet a été abîmé en route : il en manque une partie, ou un caractère a changé.
    .hint = Copiez de nouveau le billet entier ; au besoin, demandez qu’on vous le renvoie.
error-ticket-newer = Ce billet a été fait par une version plus récente de Cap Actif.
    .hint = Mettez capactif à jour, puis recommencez avec le même billet.
error-invitation-unknown = Le nœud qui devait vous inviter ne connaît pas ce billet.
    .hint = Demandez un nouveau billet à la personne qui vous l’a envoyé.
error-invitation-expired = Ce billet a expiré.
    .hint = Demandez un nouveau billet. S’il est récent, vérifiez l’heure des deux ordinateurs.
error-invitation-used = Un autre nœud a déjà utilisé ce billet.
    .hint = Demandez un nouveau billet, et dites-le si ce n’était pas vous : un billet donne accès au réseau.
error-inviter-not-now = Le nœud qui invite ne peut admettre personne pour l’instant.
    .hint = Pour un ordinateur de votre propre structure dont la clé est sous une phrase secrète : faites « capactif key admit » sur le nœud qui invite. Sinon, demandez à ce partenaire de regarder « capactif status » chez lui. Puis recommencez avec le même billet.
error-bad-certificate = Le certificat échangé lors de l’admission n’est pas valable ; rien n’a été changé ici.
    .hint = Demandez un nouveau billet ; si cela se reproduit, vérifiez avec ce partenaire que c’est bien lui qui invite.
error-charter-differs = Le nœud qui invite présente une autre charte que celle du billet ({ $reason }).
    .hint = N’allez pas plus loin : vérifiez de vive voix avec ce partenaire d’où vient le billet.
error-join-ended = Le nœud qui invite a mis fin à la conversation.
    .hint = Recommencez avec le même billet ; si cela persiste, mettez les deux nœuds à jour.
error-join-no-answer = Le nœud qui invite n’a pas répondu à la demande d’admission.
    .hint = Recommencez avec le même billet ; il reste valable pour ce nœud.
error-bad-expiry = Une invitation dure entre une heure et { $limit } heures.
    .hint = Donnez par exemple --expires-in-hours 48.
error-missing-argument = Il manque { $argument }.
    .hint = Ajoutez-le ; --help montre ce que la commande attend.
error-bad-name = Le nom donné dans { $field } est vide ou trop long : il faut de 1 à { $limit } octets.
    .hint = Donnez un nom plus court ; une lettre accentuée compte pour deux.
error-no-own-address = Personne ne pourrait joindre ce nœud : aucune adresse n’est connue pour lui.
    .hint = Branchez le réseau, ou indiquez son adresse dans public_addresses (config.json), puis recommencez.
error-no-root-key = La clé de votre structure n’est pas sur ce nœud.
    .hint = Invitez depuis le nœud qui a fondé le réseau ou l’a rejoint pour votre structure.
error-roll-full = Un réseau compte au plus { $limit } structures.

## Fiches

error-invalid-fields = { $count ->
        [one] Un champ est à corriger ; rien n’a été écrit.
       *[other] { $count } champs sont à corriger ; rien n’a été écrit.
    }
error-bad-input = La demande n’a pas la forme attendue : { $reason }.
    .hint = Corrigez-la ; --help dit ce qui est attendu.
error-bad-since = « { $value } » n’est ni un jour ni un instant.
    .hint = Écrivez un jour, 31/12/2026 ou 2026-12-31.
error-no-meeting-yet = Aucune rencontre n’a encore été tenue.
    .hint = Dites depuis quel jour : --since 31/12/2026.
error-bad-distance = « { $value } » n’est pas une distance.
    .hint = Écrivez par exemple 20km ou 7,5 km.
error-within-without-near = Une distance se mesure depuis un lieu, qui manque.
    .hint = Ajoutez --near COMMUNE, par exemple --near Ambert --within 20km.
error-not-in-conflict = Le champ { $field } de cette fiche n’a qu’une seule valeur : il n’y a rien à trancher.
    .hint = Pour changer cette valeur, utilisez « set ».
error-not-the-owner = Cette fiche appartient à { $owner } : seule cette structure peut la retirer ou la remettre.
    .hint = Demandez-le-lui, ou signalez l’erreur en modifiant le champ concerné.
error-holds-one-value = Le champ { $field } contient une seule valeur : rien ne s’y ajoute ni ne s’en retire.
    .hint = Donnez-lui sa nouvelle valeur avec « set ».
error-receiver-not-a-member = { $name } n’est pas membre du réseau : aucun nœud ne peut y recevoir une orientation.
    .hint = Choisissez une structure membre (« capactif charter show »), ou invitez celle-ci avec « capactif network invite ».
error-receiver-suspended = { $name } est suspendue : rien de ce qu’elle écrit ne compte pour l’instant.
    .hint = Choisissez une autre structure, ou attendez la fin de la suspension (« capactif charter show »).
error-referral-not-sent = Cette orientation n’a pas été envoyée.
    .hint = Corrigez ce qui est dit ci-dessus, ou choisissez une autre structure (« capactif structure list »).
error-two-leads = Plusieurs structures se disent référentes de ce projet : { $names }.
    .hint = Choisissez-en une : capactif project resolve { $id } --lead-structure STRUCTURE
error-reroute-to-same = { $name } vient de décliner cette orientation.
    .hint = Choisissez une autre structure avec --to.

## Fichiers

error-file-not-found = Le fichier « { $path } » n’existe pas.
    .hint = Vérifiez le chemin et le nom.
error-file-exists = Le fichier « { $path } » existe déjà ; il n’a pas été touché.
    .hint = Choisissez un autre nom, ou déplacez ce fichier.
error-folder-not-found = Le dossier « { $path } » n’existe pas.
    .hint = Créez-le, ou choisissez-en un autre.
error-file-not-allowed = Ce compte n’a pas le droit d’ouvrir ou d’écrire « { $path } ».
    .hint = Vérifiez le propriétaire et les droits du fichier et de son dossier, et que le disque n’est pas monté en lecture seule.
error-file-disk-full = Le disque où écrire « { $path } » est plein.
    .hint = Libérez de la place, ou choisissez un autre disque.
error-file-too-many-open = Trop de fichiers sont ouverts : « { $path } » ne peut pas l’être aussi.
    .hint = Fermez d’autres programmes ou relevez la limite (ulimit -n), et recommencez.
error-stored-once = Votre modification est enregistrée, mais sa seconde copie, dans la boîte d’envoi, n’a pas pu être écrite.
    .hint = Rien n’est perdu. Libérez de la place sur le disque ou réparez-le, puis relancez le nœud : il écrit d’abord cette copie.
error-stored-not-shown = Votre modification est enregistrée, mais la vue locale du registre n’a pas pu suivre.
    .hint = Ne la refaites pas : elle est en sûreté sur le disque et se verra dès que la cause aura disparu (place sur le disque, fichiers ouverts).
error-file-is-folder = « { $path } » est un dossier.
    .hint = Donnez le nom d’un fichier.
error-file-error = Le fichier « { $path } » ne peut pas être lu ou écrit : { $reason }.
    .hint = Vérifiez vos droits sur ce fichier et son dossier, et la place sur le disque.
error-unknown-format = « { $format } » n’est pas un format d’export.
    .hint = Choisissez parmi : { $allowed }.
error-format-not-for = Le format { $format } ne contient pas la collection { $collection }.
    .hint = Choisissez parmi : { $allowed }.
error-nothing-public = Rien de la collection { $collection } n’est public au format { $format }.
    .hint = Pour un fichier entre membres : --format csv, sans --public.
error-mapping-name = « { $value } » ne peut pas être le nom d’une correspondance.
    .hint = Des minuscules sans accent, des chiffres, - et _, quarante au plus : agences-63.
error-mapping-collection = On ne sait pas pour quelle collection est cette correspondance.
    .hint = Ajoutez par exemple --collection opportunity.
error-mapping-misspelt = Il n’y a pas de correspondance « { $name } ».
    .hint = Voulez-vous dire { $known } ? Un fichier se donne avec son extension : --mapping agences.json.
error-mapping-unknown = Il n’y a pas de correspondance « { $name } ».
    .hint = « capactif mapping list » montre celles qui sont gardées ; un fichier se donne avec son extension : --mapping agences.json.
error-complete-needs-source = Un fichier n’est complet que pour une source : on ne sait pas laquelle.
    .hint = Ajoutez --source, par exemple --source agency.
error-complete-without-source = Les fiches de la collection { $collection } n’ont pas de source : --complete n’y a pas de sens.
    .hint = Importez sans --complete.
error-export-failed = L’export n’a pas pu être fait : { $reason }.
error-bundle-not-one = Ce fichier n’est pas un colis de Cap Actif.
    .hint = Un colis se fait avec « capactif bundle write FICHIER » ; pour une sauvegarde, c’est « capactif restore ».
error-bundle-newer = Ce colis a été écrit par une version plus récente de Cap Actif ; rien n’en a été pris.
    .hint = Mettez capactif à jour, puis relisez le même colis.
error-bundle-other-network = Ce colis est celui d’un autre réseau ({ $network }) ; rien n’en a été pris.
    .hint = Vérifiez de qui il vient, ou lisez-le avec le nœud de ce réseau-là (--home).
error-bundle-truncated = Le colis s’arrête trop tôt : le fichier n’est pas entier. { $entries_kept ->
        [0] Rien de nouveau n’a pu en être pris
        [one] Une écriture entière en a été prise, et reste
       *[other] { $entries_kept } écritures entières en ont été prises, et restent
    }.
    .hint = Copiez-le de nouveau, en entier, puis relisez-le : ce qui est déjà là n’est pas repris.
error-bundle-damaged = Le colis est abîmé. { $entries_kept ->
        [0] Rien de nouveau n’a pu en être pris
        [one] Une écriture d’avant le défaut en a été prise, et reste
       *[other] { $entries_kept } écritures d’avant le défaut en ont été prises, et restent
    }.
    .hint = Copiez-le de nouveau, ou demandez-en un autre : ce qui est déjà là n’est pas repris.
error-bundle-bad-run = Le colis contient des écritures dont la signature ou l’enchaînement ne tient pas ; elles n’ont pas été prises. { $entries_kept ->
        [0] Rien de nouveau n’en a été pris
        [one] Une écriture valable en a été prise, et reste
       *[other] { $entries_kept } écritures valables en ont été prises, et restent
    }.
    .hint = Demandez un nouveau colis à ce partenaire ; si cela se reproduit, prévenez-le : son nœud est à vérifier (capactif doctor).
error-not-a-backup = « { $path } » n’est pas une sauvegarde complète de Cap Actif.
    .hint = Une sauvegarde se fait avec « capactif backup FICHIER » ; pour un colis, c’est « capactif bundle read ».
error-backup-without-root = Cette sauvegarde ne contient pas la clé de la structure : elle vient d’un nœud secondaire.
    .hint = Demandez au nœud principal un billet pour un nœud : capactif network invite --device.

## Partenaires

error-unknown-peer = Aucun autre nœud connu ne s’appelle « { $peer } ».
    .hint = « capactif status » et « capactif peer list » donnent les nœuds connus : écrivez le début d’un identifiant ou le nom de la structure.
error-ambiguous-peer = { $count } nœuds répondent à « { $peer } ».
    .hint = Écrivez le début de l’identifiant du nœud ; « capactif status » le montre.
error-no-peer-known = Aucun autre nœud n’est connu.
    .hint = Invitez un partenaire avec « capactif network invite », ou donnez une adresse avec « capactif peer add ADRESSE ».
error-no-peer-reached = Aucun partenaire n’a pu être joint. Votre travail est en sûreté ici et partira plus tard.
    .hint = Vérifiez le réseau, ou échangez un colis : capactif bundle write FICHIER.
error-peer-left = Le nœud du partenaire a mis fin à l’échange.
    .hint = La suite viendra au prochain échange.
error-peer-other-network = Le nœud qui répond appartient à un autre réseau.
    .hint = Vérifiez son adresse avec « capactif peer list ».
error-peer-other-version = Le nœud du partenaire ne parle aucune version du protocole que celui-ci connaît.
    .hint = Mettez à jour le plus ancien des deux. D’ici là, rien n’est perdu.
error-not-admitted-yet = Les membres n’ont pas encore admis ce nœud dans le réseau.
    .hint = Votre travail est gardé ici. Les membres approuvent avec « capactif charter approve » ; « capactif sync » dira où cela en est. Un nœud que votre structure a révoqué, lui, ne revient pas.
error-peer-not-admitted = Le nœud qui s’est présenté n’est pas admis dans ce réseau.
    .hint = S’il est d’un partenaire, vérifiez les approbations en attente avec « capactif charter show ».
error-peer-misbehaved = Le nœud du partenaire a envoyé ce que le protocole interdit ; l’échange a été arrêté et rien de faux n’a été gardé.
    .hint = Mettez les deux nœuds à jour ; si cela persiste, prévenez ce partenaire.
error-peer-store-failed = Le nœud du partenaire n’a pas pu écrire sur son disque.
    .hint = Prévenez-le : « capactif status » chez lui dit pourquoi. Rien n’est perdu ici.
error-store-failed = Ce nœud n’a pas pu écrire sur son disque ; l’échange a été arrêté.
    .hint = « capactif status » dit pourquoi. Rien de ce qui a été confirmé n’est perdu.
error-udp-blocked-or-down = Aucun partenaire ne répond : l’UDP est bloqué, ou la machine est éteinte ({ $addresses }).
    .hint = Faites ouvrir le port UDP { $port } en sortie, ou échangez un colis sur une clé USB : capactif bundle write FICHIER.
error-store-writes-nothing = Une écriture sur le disque a échoué : le nœud n’écrit plus rien jusqu’à son redémarrage.
    .hint = Rien de ce qui a été confirmé n’est perdu. Vérifiez la place et l’état du disque, puis redémarrez le nœud.

## Ce que doctor trouve

error-view-damaged = La vue locale du registre est abîmée : { $reason }.
    .hint = Lancez « capactif doctor --rebuild » : rien n’est perdu, elle se reconstruit depuis les journaux.
error-view-differed = La vue locale différait des journaux ; elle a été reconstruite.
    .hint = Relancez « capactif doctor » : il n’y a plus rien à faire si tout est en ordre.
error-needs-newer-version = { $count ->
        [one] Une écriture d’un partenaire demande une version plus récente de Cap Actif ; elle est gardée et transmise, mais pas affichée
       *[other] { $count } écritures de partenaires demandent une version plus récente de Cap Actif ; elles sont gardées et transmises, mais pas affichées
    }.
    .hint = Mettez capactif à jour : ce qui est gardé sera alors affiché.
error-records-quarantined = { $count ->
        [one] Une fiche ne peut pas être lue et a été mise à l’écart
       *[other] { $count } fiches ne peuvent pas être lues et ont été mises à l’écart
    } sur cet appareil.
    .hint = Lancez « capactif doctor --rebuild » ; si cela persiste, signalez-le : c’est un défaut du logiciel.

## Étapes d’un long travail

step-follow = Application
step-rebuilding = Reconstruction
step-replacing = Remplacement
step-salvaging = Reprise de ce qui est sain
step-sending = Envoi
step-storing = Enregistrement
step-sync = Échange
step-verifying = Vérification
error-unknown-refused-entry = Aucune entrée refusée ne porte le numéro { $seq } dans le journal { $node }.
    .hint = « capactif refused » les liste.
error-reissue-unreadable = L’entrée { $seq } du journal { $node } ne dit rien qui puisse être écrit de nouveau.
error-reissue-no-record = La fiche dont parle l’entrée { $seq } du journal { $node } n’existe pas ici.
    .hint = Écrivez d’abord de nouveau l’entrée qui la crée, puis celle-ci.
error-nothing-to-forge = Ce dossier n’a pas de journal où contrefaire des entrées.

## Passé repris

error-history-of-referrals = Seules les orientations ont un passé à reprendre.
    .hint = Retirez --history, ou donnez --collection referral.
error-history-complete = Un passé repris n’est pas la liste complète d’une source.
    .hint = Retirez --complete ou --history.
