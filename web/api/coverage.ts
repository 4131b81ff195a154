import { type QueryClient, queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type { CoverageSourcesView, CoverageView, FillPlanView, filledSchema } from '../../src/contract/coverage.ts';
import { call, queryString } from './client.ts';

/** A source and one of its types. */
export interface Ground {
  readonly source: string;
  readonly type: string;
}

/** UTC, half-open. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

/** All of time that can be asked about. */
export const ALL_TIME: Range = { from: '1970-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z' };

export function coverageQuery(ground: Ground, range: Range) {
  return queryOptions({
    queryKey: ['coverage', ground.source, ground.type, range.from, range.to],
    staleTime: 10_000,
    queryFn: ({ signal }) => call<CoverageView>('GET', `/api/coverage${queryString({ ...ground, ...range })}`, { signal }),
  });
}

/** Sources with a calendar, deleted ones too. */
export function useCoverageSources() {
  return useQuery({
    queryKey: ['coverage', 'sources'],
    staleTime: 60_000,
    queryFn: ({ signal }) => call<CoverageSourcesView>('GET', '/api/coverage/sources', { signal }),
  });
}

export function useCoverage(ground: Ground, range: Range) {
  return useQuery(coverageQuery(ground, range));
}

/** Reads the coverage of all time, when somebody looks for a gap beyond what is shown. */
export function readAllCoverage(client: QueryClient, ground: Ground): Promise<CoverageView> {
  return client.fetchQuery(coverageQuery(ground, ALL_TIME));
}

export interface FillAsk extends Range {
  readonly job: string;
  readonly states: ('never' | 'expired')[];
}

/** What filling would run; changes nothing. */
export function useFillPlan(ask: FillAsk | undefined) {
  return useQuery({
    queryKey: ['coverage', 'plan', ask],
    enabled: ask !== undefined,
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) => call<FillPlanView>('POST', '/api/coverage/gaps', { body: ask, signal }),
  });
}

export function useFill() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (order: { readonly job: string; readonly gaps: FillPlanView['gaps'] }) =>
      call<z.infer<typeof filledSchema>>('POST', '/api/coverage/fill', { body: order }),
    onSettled: () => Promise.all(['coverage', 'jobs', 'runs'].map((name) => client.invalidateQueries({ queryKey: [name] }))),
  });
}
