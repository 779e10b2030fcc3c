# Faults of the local API. One message `error-<code>` each; `.hint` says what to do next.

error-api-foreign-host = The request is for “{ $host }”, which is not this node.
    .hint = Use the address that the node printed when it started.
error-api-foreign-origin = A page of { $origin } tried to reach this node.
    .hint = Close that page: it has no business here. Nothing was changed.
error-api-no-token = The request carries no token.
    .hint = Send the content of the file api.token as a bearer token.
error-api-wrong-token = The token is not that of the running node.
    .hint = Check that --home names the folder of the node that runs.
error-api-no-such-page = There is no such page on this node.
    .hint = GET /api/v1 lists what can be asked.
error-api-body-too-large = The request is cut short, or longer than { $limit } bytes.
    .hint = Give a large file by its path.
error-api-broken-json = The request is not valid JSON: line { $line }, column { $column }.
    .hint = Correct it there and send it again.
error-unknown-operation = This node knows no operation “{ $operation }”.
    .hint = The running node may be older than this command: update and restart it.
error-internal = The node failed on this operation; nothing was lost.
    .hint = Run capactif doctor, and report this with the node’s log.
error-api-not-loopback = The local API listens on this machine only, not on { $address }.
    .hint = Give an address such as 127.0.0.1:7420.
error-address-in-use = Another program already listens on { $address }.
    .hint = Choose another port, or stop that program.
error-api-cannot-listen = Cannot listen on { $address }: { $reason }.
    .hint = Choose another port.
error-bad-portal-url = { $url } is not the address of a site.
    .hint = Write it as https://portail.example, without a path.
