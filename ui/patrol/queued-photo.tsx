import { type ReactNode, useEffect, useState } from 'react';

/** A photo that is only on this phone yet. */
export function QueuedPhoto({ blob, name }: { blob: Blob; name: string }): ReactNode {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return (
    <div className="queued-photo">
      {address !== null && <img src={address} alt={name} />}
      <span className="chip strong">{name}</span>
    </div>
  );
}
