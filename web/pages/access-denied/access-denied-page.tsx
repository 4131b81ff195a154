import { useLocation } from '@tanstack/react-router';
import { EmptyState } from '../../components/empty-state.tsx';
import { LockIcon } from '../../components/icons.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { strings } from '../../strings.ts';

const EXPORTS = ['', 'jobs', 'history', 'artifacts', 'coverage'];

export function AccessDeniedPage() {
  const section = useLocation().pathname.split('/')[1] ?? '';
  const why = section === 'requests' ? strings.denied.requests : EXPORTS.includes(section) ? strings.denied.exports : strings.denied.other;
  return (
    <>
      <PageHeader title={strings.denied.title} />
      <EmptyState icon={<LockIcon />} title={why.text} text={why.fix} />
    </>
  );
}
