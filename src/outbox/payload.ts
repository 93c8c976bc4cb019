// Reading what an outbox entry carries: it comes from the database, so its shape is looked at.
import type { SubjectRef } from '../domain/refs.js';

export function isSubject(value: unknown): value is SubjectRef {
  if (typeof value !== 'object' || value === null || !('repo' in value) || !('number' in value)) return false;
  const { repo } = value;
  return (
    typeof value.number === 'number' &&
    typeof repo === 'object' &&
    repo !== null &&
    'forge' in repo &&
    'id' in repo
  );
}
