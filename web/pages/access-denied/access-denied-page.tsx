import { EmptyState } from '../../components/empty-state.tsx';
import { LockIcon } from '../../components/icons.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { strings } from '../../strings.ts';

export function AccessDeniedPage() {
  return (
    <>
      <PageHeader title={strings.denied.title} />
      <EmptyState icon={<LockIcon />} title={strings.denied.text} text={strings.denied.fix} />
    </>
  );
}
