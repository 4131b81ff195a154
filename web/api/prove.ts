import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CertificateChallengeView, CertificateProvenView } from '../../src/contract/certificate.ts';
import { call } from './client.ts';

/** A small file encrypted to the certificate. */
export function useChallenge() {
  return useMutation({ mutationFn: (id: string) => call<CertificateChallengeView>('POST', `/api/certificates/${id}/challenge`, { body: {} }) });
}

/** The word inside the file. */
export function useProof() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { id: string; proof: string; word: string }) =>
      call<CertificateProvenView>('POST', `/api/certificates/${id}/proof`, { body }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['certificates'] }),
  });
}
