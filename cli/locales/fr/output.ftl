# Ce que les commandes répondent.

label-and-value = { $label } : { $value }

yes = oui
no = non
done = fait
cleared = vidé

network-founded = Le réseau « { $name } » est fondé ({ $network }). Ce nœud ({ $node }) en est le premier membre.
    Pour inviter un partenaire : capactif network invite --structure NOM --kind TYPE
network-invited = Billet pour { $structure }. Il donne accès au réseau : envoyez-le à cette seule personne. Valable jusqu’au { $until }.
network-invited-device = Billet pour un autre ordinateur de votre structure : ne le donnez à personne d’autre. Valable jusqu’au { $until }.
network-invited-device-next = Sur l’autre ordinateur : capactif network join BILLET. Ce nœud-ci doit être en marche (capactif run).
network-invited-next = Chez le partenaire : capactif network join BILLET. Ce nœud doit être en marche (capactif run).
network-qr-too-wide = (Terminal trop étroit pour le QR code.)
network-joined = Admis : ce nœud fait partie du réseau. capactif sync pour recevoir le registre.
network-join-pending = Demande transmise. { $count ->
        [one] Il manque une approbation
       *[other] Il manque { $count } approbations
    } ; capactif status dira quand elle sera acceptée.

run-started = Le nœud { $node } est en marche. Partenaires : { $listen }. API locale : { $api }. Ctrl-C pour l’arrêter.
run-portal = Le portail public : { $url }
run-stopped = Le nœud est arrêté.

sync-peer = Partenaire
sync-received = Reçu
sync-sent = Envoyé
sync-bytes = Volume
sync-seconds = Durée
sync-state = État
sync-done = à jour
sync-part = incomplet

status-title = { $structure }, réseau { $network } (nœud { $node })
status-safe = Votre travail est en sûreté : { $count ->
        [0] rien n’attend d’être transmis.
        [one] tout est aussi chez { $names }.
       *[other] tout est aussi chez { $count } partenaires ({ $names }).
    }
status-partly-safe = Votre travail est aussi chez { $names }, sauf { $outbox ->
        [one] une écriture qui attend un autre partenaire.
       *[other] { $outbox } écritures qui attendent un autre partenaire.
    }
status-sending = { $outbox ->
        [one] Une écriture n’est encore que sur cet ordinateur ; elle part en ce moment.
       *[other] { $outbox } écritures ne sont encore que sur cet ordinateur ; elles partent en ce moment.
    }
status-only-here = { $outbox ->
        [one] Attention : une écriture n’existe que sur cet ordinateur, et aucun partenaire n’est joignable.
       *[other] Attention : { $outbox } écritures n’existent que sur cet ordinateur, et aucun partenaire n’est joignable.
    }
      {"  "}→ capactif sync pour réessayer, ou capactif bundle write FICHIER pour les confier à une clé USB.
status-alone = Ce nœud est seul : votre travail n’est que sur cet ordinateur.
      {"  "}→ Invitez un partenaire (capactif network invite), ou faites une sauvegarde (capactif backup FICHIER).
status-peer = Partenaire
status-link = Liaison
status-has-mine = A mes écritures
status-seen = Vu
status-link-in-sync = à jour
status-link-exchanging = échange en cours
status-link-none = non joint
status-has-all = toutes
status-lacks = { $count ->
        [0] pas encore confirmé
        [one] toutes sauf une
       *[other] toutes sauf { $count }
    }
status-never = jamais
status-content = { $records ->
        [0] Aucune fiche
        [one] Une fiche
       *[other] { $records } fiches
    }, { $entries ->
        [0] aucune écriture
        [one] une écriture
       *[other] { $entries } écritures
    }, { $disk } sur le disque.
status-pending = { $count ->
        [one] Une écriture attend de pouvoir être appliquée.
       *[other] { $count } écritures attendent de pouvoir être appliquées.
    }
status-refused = { $count ->
        [one] Une écriture a été refusée.
       *[other] { $count } écritures ont été refusées.
    }
status-digest = Empreinte de la vue : { $digest } (la même chez un partenaire : le même registre).

refused-nothing = Rien n’est refusé.
refused-hint = → « capactif reissue JOURNAL NUMÉRO » écrit l’une d’elles de nouveau, au nom de votre structure.
reissue-created = Écrit de nouveau : fiche { $id }.
reissue-changed = Écrit de nouveau dans la fiche { $id }.
reissue-nothing = La fiche { $id } le dit déjà.
reissue-partial = Ce qui modifiait un long texte de l’intérieur n’a pas pu être repris : relisez la fiche.
search-collection = Collection
search-hit = Trouvé
search-nothing = Rien ne correspond à « { $text } ».

list-id = Id
list-nothing = Aucune fiche ne correspond.
list-all = { $shown ->
        [one] Une fiche.
       *[other] { $shown } fiches.
    }
list-part = { $shown } sur { $total } fiches. --limit et --offset pour la suite, ou des filtres.

show-meta = Fiche de { $owner }, créée le { $created }, modifiée le { $changed }.
show-conflicts = { $count ->
        [one] ! Un champ a plusieurs valeurs : { $fields }.
       *[other] ! { $count } champs ont plusieurs valeurs : { $fields }.
    }
      {"  "}→ capactif { $command } conflicts { $id }

signature-holds = signature valable
signature-broken = SIGNATURE NON VALABLE
entry-create = création
entry-change = modification
conflicts-nothing = Aucun conflit.
conflicts-hint = Pour choisir : capactif { $command } resolve ID --CHAMP VALEUR
conflicts-sealed = scellé : votre structure ne le lit pas
conflict-resolved = { $field } : valeur choisie.

record-added = Fiche { $id } ajoutée. Pour la revoir : capactif { $command } show { $id }
record-changed = { $count ->
        [0] Rien à modifier : ces valeurs y étaient déjà.
        [one] Modifié : { $fields }.
       *[other] { $count } champs modifiés : { $fields }.
    }
record-removed = Fiche { $id } retirée. Pour revenir en arrière : capactif { $command } restore { $id }
record-restored = Fiche { $id } remise dans les listes : capactif { $command } show { $id }
opportunity-verified = { $count ->
        [one] Une opportunité confirmée.
       *[other] { $count } opportunités confirmées.
    }
referral-sent = Orientation { $id } envoyée ; elle partira dès qu’un partenaire sera joignable.
referral-rerouted = Orientation { $parent } réorientée : la nouvelle, { $id }, partira dès qu’un partenaire sera joignable.
referral-moved = Orientation { $id } : { $status }.

import-detected = Détecté : { $facts }.
detected-format = format
detected-encoding = encodage
detected-byte-order-mark = marque d’ordre des octets
detected-delimiter = séparateur
detected-header-row = ligne d’en-tête
import-done = { $created ->
        [0] Aucune fiche créée
        [one] Une fiche créée
       *[other] { $created } fiches créées
    }, { $updated ->
        [0] aucune mise à jour
        [one] une mise à jour
       *[other] { $updated } mises à jour
    }, { $unchanged ->
        [0] aucune inchangée
        [one] une inchangée
       *[other] { $unchanged } inchangées
    }, { $errors ->
        [0] aucune erreur.
        [one] une erreur.
       *[other] { $errors } erreurs.
    }
import-would = Essai, rien n’est écrit : { $created ->
        [0] aucune fiche ne serait créée
        [one] une fiche serait créée
       *[other] { $created } fiches seraient créées
    }, { $updated ->
        [0] aucune mise à jour
        [one] une mise à jour
       *[other] { $updated } mises à jour
    }, { $unchanged ->
        [0] aucune inchangée
        [one] une inchangée
       *[other] { $unchanged } inchangées
    }, { $errors ->
        [0] aucune erreur.
        [one] une erreur.
       *[other] { $errors } erreurs.
    }

peer-added = Le nœud se connectera à { $address }.
peer-list-empty = Aucun nœud connu. capactif peer add ADRESSE pour en ajouter un.
peer-name = Structure
peer-addresses = Adresses

bundle-written = « { $file } » contient { $count ->
        [0] aucune écriture.
        [one] une écriture.
       *[other] { $count } écritures.
    }
bundle-taken-in = { $count ->
        [0] Rien de nouveau dans ce colis.
        [one] Une nouvelle écriture reprise.
       *[other] { $count } nouvelles écritures reprises, { $authors ->
            [one] d’un auteur.
           *[other] de { $authors } auteurs.
        }
    }
backup-written-without-root = Sauvegarde écrite dans « { $file } ». La clé de la structure n’est pas sur ce nœud : seule une sauvegarde du nœud principal peut être rétablie.
backup-written = Sauvegarde écrite dans « { $file } ». Elle contient les clés de ce nœud : gardez-la en lieu sûr.
restored = Le nœud est rétabli depuis « { $file } ».
doctor-engine = Moteur de stockage
doctor-sound = Tout est en ordre.
repair-nothing = Le stockage est sain : rien n’a été changé.
repair-found = Le stockage était endommagé : { $flaw }
repair-kept = Ce qui s’y trouvait est gardé dans { $path } ; y remettre les choses à leur place annule la réparation.
repair-recovered = { $journals ->
        [0] Aucun journal n’a pu être repris
        [one] Un journal repris
       *[other] { $journals } journaux repris
    }, { $entries ->
        [0] aucune écriture.
        [one] une écriture.
       *[other] { $entries } écritures.
    }
repair-from-outbox = { $count ->
        [one] Une écriture de ce nœud est revenue de sa boîte d’envoi.
       *[other] { $count } écritures de ce nœud sont revenues de sa boîte d’envoi.
    }
repair-journal = { $name } ({ $author }) : sain jusqu’à l’écriture { $sound } sur { $held }
repair-missing = { $count ->
        [one] Il manque une écriture
       *[other] Il manque { $count } écritures
    }. Lancez capactif sync : les partenaires qui les ont les renvoient ; capactif bundle read FICHIER les reprend d’un colis. Ce que personne n’a plus est perdu.
repair-maybe-more = Lancez capactif sync : ce qui manquerait encore revient des partenaires.
repair-own-incomplete = Le journal de ce nœud va jusqu’à l’écriture { $used } et n’est pas complet ici : rien ne peut être écrit avant que le reste soit revenu. Si personne ne l’a plus : capactif doctor --repair --new-key.
repair-own-new-key = Des écritures de ce nœud ont pu être perdues : il continue sous une nouvelle clé ({ $node }), pour ne jamais donner deux fois le même numéro. Les billets qu’il a émis ne valent plus.
repair-own-votes-no-more = La voix de votre structure dans la charte reste liée à l’ancienne clé : révoquez-la (capactif key revoke), puis capactif charter propose --voter.
repair-own-closed = Des écritures de ce nœud ont pu être perdues, et la clé de la structure n’est pas ici : ce nœud lit et échange, mais n’écrit plus. Demandez un billet pour un nouveau nœud.
man-written = { $count ->
        [one] Une page écrite dans { $path }.
       *[other] { $count } pages écrites dans { $path }.
    }

# Ce que doctor a vérifié, sous les noms que le nœud leur donne.

checked-journals = Journaux
checked-runs = Lots signés
checked-entries = Écritures
checked-records = Fiches
checked-blobs = Fichiers
