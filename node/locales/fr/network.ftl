# Réseau : écoute, accès aux pairs, connexions, voisins sur le réseau local.

error-no_listen_address = Aucune adresse d’écoute n’a été donnée. Indiquez-en une, par exemple --listen [::]:4433.
error-port_in_use = Le port UDP { $port } est déjà utilisé. Arrêtez l’autre programme (ou l’autre nœud de cette machine), ou choisissez un autre port avec --listen [::]:PORT.
error-port_reserved = Le port UDP { $port } est réservé par le système pour cet utilisateur. Choisissez un port supérieur à 1023 avec --listen.
error-listen_address_unknown = { $address } n’est pas une adresse de cette machine. Utilisez --listen [::]:{ $port } pour écouter sur toutes.
error-no_network_resources = Le système n’accorde pas à ce programme les fils, connexions ou fichiers qu’il lui faut : { $detail } Fermez d’autres programmes ou relevez la limite (ulimit -n).
error-listen_failed = Impossible d’écouter sur { $address } : { $detail }

error-no_peer_address = Aucune adresse de ce pair n’est connue. Ajoutez-en une avec « capactif run --peer ADRESSE », ou échangez un colis.
error-wrong_peer_key = Un autre nœud que prévu a répondu à { $address } : { $actual } au lieu de { $expected }. L’adresse a peut-être été attribuée à une autre machine, ou le partenaire a une nouvelle clé : demandez-lui, et n’allez pas plus loin en cas de doute.
error-key_refused_by_peer = Le nœud du partenaire n’accepte pas la clé de ce nœud. { $detail } Demandez une nouvelle invitation si ce nœud a été retiré ou n’a jamais été admis.
error-protocol_mismatch = Ce qui répond à { $address } ne parle pas cette version de Cap Actif. Vérifiez l’adresse et le port, puis mettez à jour le plus ancien des deux nœuds.
error-peer_busy = Le nœud du partenaire ne prend plus de connexion pour l’instant. Un nouvel essai aura lieu de lui-même.
error-handshake_failed = La connexion sécurisée avec { $address } n’a pas pu s’établir : { $detail }
error-handshake_stalled = { $address } a commencé à répondre, puis s’est tu. La ligne est peut-être très mauvaise ; un nouvel essai aura lieu de lui-même.
error-no_udp_answer = { $cause ->
    [closed] La machine répond, mais aucun nœud n’y écoute sur le port UDP { $port } ({ $addresses }). Vérifiez que le nœud du partenaire est en marche et que le port est le bon.
    [no-route] Cette machine n’a aucun réseau qui mène à { $addresses }. Vérifiez sa connexion ; le travail continue sans, et un colis peut être échangé avec « capactif bundle write ».
   *[silent] Aucune réponse de { $addresses } : l’UDP est bloqué ou la machine est éteinte. Faites ouvrir le port UDP { $port }, ou échangez un colis avec « capactif bundle write ».
    }
error-no_socket_for_address = Ce nœud n’écoute sur aucune adresse d’où { $address } soit joignable. Écoutez par exemple sur [::]:4433.
error-network_stopped = Le réseau de ce nœud est arrêté.

error-malformed_address = « { $text } » n’est pas une adresse. Écrivez par exemple hub.example.org:4433, 192.0.2.7:4433 ou [2001:db8::7]:4433.
error-unknown_host_name = Le nom { $host } est inconnu. Vérifiez son orthographe et la connexion à Internet. ({ $detail })
error-no_name_service = Le service de noms ne répond pas pour { $host }. Vérifiez la connexion à Internet, ou utilisez l’adresse IP.

error-connection_closed_here = La connexion a été fermée par ce nœud.
error-connection_closed_by_peer = Le nœud du partenaire a fermé la connexion. { $detail }
error-peer_blames_us = Le nœud du partenaire a fermé la connexion parce qu’il n’a pas compris celui-ci : { $detail } Mettez les deux nœuds à jour ; si cela persiste, signalez-le.
error-peer_stopping = Le nœud du partenaire s’arrête. Un nouvel essai aura lieu de lui-même.
error-peer_incompatible = Les deux nœuds ne parlent aucune version commune du protocole. Mettez à jour le plus ancien. { $detail }
error-peer_silent = Le nœud du partenaire s’est tu. Un nouvel essai aura lieu de lui-même.
error-peer_restarted = Le nœud du partenaire a redémarré. Un nouvel essai aura lieu de lui-même.
error-transport_failed = La connexion s’est rompue : { $detail }

error-frame_too_large = Un message de { $actual } octets dépasse la limite de { $limit }. La connexion a été fermée ; rien n’est perdu.
error-frame_truncated = Le nœud du partenaire s’est arrêté au milieu d’un message (il manquait { $missing } octets). Un nouvel essai aura lieu de lui-même.
error-peer_queue_full = Trop de messages attendent déjà ce pair.
error-frames_undelivered = Le nœud du partenaire n’a pas confirmé les derniers messages. Ils seront renvoyés à la prochaine connexion.

error-discovery_unavailable = Les voisins du réseau local ne peuvent pas être trouvés d’eux-mêmes : { $detail } Donnez leur adresse avec --peer.
error-discovery_crowded = Plus de { $limit } nœuds s’annoncent sur le réseau local ; les autres sont ignorés.
