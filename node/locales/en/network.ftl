# Network: listening, reaching peers, connections, neighbours on the local network.

error-no_listen_address = No address to listen on was given. Give one, for example --listen [::]:4433.
error-port_in_use = UDP port { $port } is already in use. Stop the other program (or the other node on this machine), or choose another port with --listen [::]:PORT.
error-port_reserved = UDP port { $port } is reserved by the system for this user. Choose a port above 1023 with --listen.
error-listen_address_unknown = { $address } is not an address of this machine. Use --listen [::]:{ $port } to listen on all of them.
error-no_network_resources = The system does not grant this program the threads, connections or files that it needs: { $detail } Close other programs or raise the limit (ulimit -n).
error-listen_failed = Cannot listen on { $address }: { $detail }

error-no_peer_address = No address of this peer is known. Add one with "capactif run --peer ADDRESS", or exchange a bundle.
error-wrong_peer_key = Another node than expected answered at { $address }: { $actual } instead of { $expected }. The address may have been given to another machine, or the partner has a new key: ask them, and do not go on if in doubt.
error-key_refused_by_peer = The partner's node does not accept this node's key. { $detail } Ask for a new invitation if this node was removed or never admitted.
error-protocol_mismatch = What answers at { $address } does not speak this version of Cap Actif. Check the address and the port, then update the older of the two nodes.
error-peer_busy = The partner's node takes no more connections for now. It will be tried again by itself.
error-handshake_failed = The secured connection with { $address } could not be made: { $detail }
error-handshake_stalled = { $address } began to answer, then fell silent. The line may be very poor; it will be tried again by itself.
error-no_udp_answer = { $cause ->
    [closed] The machine answers, but no node listens there on UDP port { $port } ({ $addresses }). Check that the partner's node is running and that the port is right.
    [no-route] This machine has no network that leads to { $addresses }. Check its connection; work goes on without, and a bundle can be exchanged with "capactif bundle write".
   *[silent] No answer at all from { $addresses }: UDP is blocked or the host is down. Ask for UDP port { $port } to be opened, or exchange a bundle with "capactif bundle write".
    }
error-no_socket_for_address = This node does not listen on any address from which { $address } can be reached. Listen on [::]:4433, for example.
error-network_stopped = The network of this node is stopped.

error-malformed_address = "{ $text }" is not an address. Write for example hub.example.org:4433, 192.0.2.7:4433 or [2001:db8::7]:4433.
error-unknown_host_name = The name { $host } is not known. Check its spelling and the connection to the Internet. ({ $detail })
error-no_name_service = The name service gives no answer for { $host }. Check the connection to the Internet, or use the IP address.

error-connection_closed_here = The connection was closed by this node.
error-connection_closed_by_peer = The partner's node closed the connection. { $detail }
error-peer_blames_us = The partner's node closed the connection because it did not understand this one: { $detail } Update both nodes; if it persists, report it.
error-peer_stopping = The partner's node is stopping. It will be tried again by itself.
error-peer_incompatible = The two nodes speak no common version of the protocol. Update the older one. { $detail }
error-peer_silent = The partner's node fell silent. It will be tried again by itself.
error-peer_restarted = The partner's node was restarted. It will be tried again by itself.
error-transport_failed = The connection broke: { $detail }

error-frame_too_large = A message of { $actual } bytes exceeds the limit of { $limit }. The connection was closed; nothing was lost.
error-frame_truncated = The partner's node stopped in the middle of a message ({ $missing } bytes were missing). It will be tried again by itself.
error-peer_queue_full = Too much is waiting for this peer already.
error-frames_undelivered = The partner's node did not confirm the last messages. They are sent again at the next connection.

error-discovery_unavailable = Neighbours on the local network cannot be found by themselves: { $detail } Give their address with --peer.
error-discovery_crowded = More than { $limit } nodes are announced on the local network; the others are ignored.
