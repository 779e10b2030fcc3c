# A structure’s keys: root, recovery, sealing keys.

error-root-forked = Your structure’s key is in two hands: two statements have the same number, and nothing more that it says counts.
    .hint = With the recovery sheet, run “capactif key recover”: the recovery key decides.
error-root-statement-refused = This statement does not count: the key that signed it is not your structure’s any more.
    .hint = Synchronise, then try again from the node that holds the key in force.
error-sealing-key-unusable = A node of your structure has an unusable sealing key, and cannot be handed the secrets.
    .hint = Revoke that node and invite it again.
