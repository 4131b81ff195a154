/** How near the end of a certificate is: warnings at 30, 7 and 1 days, each louder than the one before. */
export function expiryLevel(daysLeft: number): 'fine' | 'soon' | 'urgent' | 'last' {
  if (daysLeft <= 1) return 'last';
  if (daysLeft <= 7) return 'urgent';
  return daysLeft <= 30 ? 'soon' : 'fine';
}
