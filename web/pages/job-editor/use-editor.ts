import { type FormEvent, type RefObject, useEffect, useRef, useState } from 'react';
import { useShortcut } from '../../shortcuts.ts';
import { strings } from '../../strings.ts';
import { firstRefused, focusField } from './error-summary.tsx';
import { messagesByField, shownFields, withLiveMessages } from './field-problems.ts';
import type { JobEditorProps } from './editor-props.ts';
import { type JobForm, typeOf } from './job-form.ts';
import { toDraft } from './to-draft.ts';
import { useFormPreview } from './use-form-preview.ts';
import { useSaveJob } from './use-save-job.ts';

export type Editor = ReturnType<typeof useEditor>;

/** The form, what the server makes of it, and saving it. */
export function useEditor({ initial, filled, sources, edited, locked }: JobEditorProps, page: RefObject<HTMLFormElement | null>) {
  const [form, setForm] = useState(filled ?? initial);
  const isSaved = useRef(false);
  const hasTime = typeOf(form, sources)?.hasTime ?? true;
  const draft = toDraft(form, hasTime);
  const shown = shownFields(form, hasTime);
  const save = useSaveJob(edited, {
    onSaved: () => {
      isSaved.current = true;
    },
    onRefused: (error) => {
      const first = firstRefused(error, shown);
      if (first !== undefined) focusField(page.current, first);
    },
  });
  const preview = useFormPreview(form, hasTime, edited?.id);
  const saved = messagesByField(save.error, shown);
  // What was just refused stands until the form is changed and judged again.
  const isJudged = preview.hasJudged && JSON.stringify(draft) !== save.sent;
  const messages = isJudged ? withLiveMessages(saved, messagesByField(preview.error, shown)) : saved;
  const change = (part: Partial<JobForm>) => setForm((known) => ({ ...known, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (locked === undefined && !save.busy) save.start(draft);
  };
  useSaveKeys(page, locked === undefined);
  const isDirty = () => locked === undefined && !isSaved.current && isChanged(form, initial);
  return { form, hasTime, draft, shown, preview, save, messages, change, submit, isDirty };
}

/** What was filled in by itself, and what the way of running brings along, is no loss. */
function isChanged(form: JobForm, initial: JobForm): boolean {
  return JSON.stringify({ ...form, known: null }) !== JSON.stringify({ ...initial, known: null });
}

/** Ctrl+S and Cmd+S save, wherever the focus is, instead of storing the web page. */
function useSaveKeys(page: RefObject<HTMLFormElement | null>, isOn: boolean): void {
  const save = () => page.current?.requestSubmit();
  // Listed by `?`; the keys themselves are listened to below, also while somebody types.
  useShortcut({ keys: 'Ctrl+S', label: strings.editor.save }, isOn ? save : undefined);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      // A dialog in front has the word.
      if (document.querySelector('[role="dialog"]') === null) page.current?.requestSubmit();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [page]);
}
