# Journaux dont l’auteur a écrit deux suites.

error-fork-proven = Le nœud { $author } a écrit deux suites de son journal après l’écriture { $after }, et les a signées toutes deux. La preuve est gardée ici ; une version de la charte peut dire laquelle compte. Les autres journaux continuent de s’échanger.
error-branch-put-aside = La charte a retenu une autre suite du journal du nœud { $author } : ce qui était ici de l’écriture { $first } à l’écriture { $last } est gardé à part et ne compte plus.
error-branch-decides-itself = La charte a retenu une autre suite du journal du nœud { $author }, mais ce vote repose sur la suite qui est ici : elle est gardée. Il faut un vote de plus.
