// Whether there is a conversation on this device, in which there may be news: of somebody signed in too.
export function hasBegun(assistant: string): boolean {
  const name = `frontdesk.${assistant}`;
  try {
    return Object.keys(localStorage).some((each) => each === name || each.startsWith(`${name}.user.`));
  } catch {
    return false;
  }
}
