/** A board's small picture; a blank sheet where there is none. */
import { useEffect, useState } from "preact/hooks";
import type { RecentPicture } from "../state/recent";

export function Thumbnail({ picture }: { picture: RecentPicture | null }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (picture === null) {
      setUrl(null);
      return;
    }
    const made = URL.createObjectURL(new Blob([picture.bytes], { type: picture.type }));
    // A page that is being left never comes to it: old browsers forbid a picture that is asked for then.
    const timer = setTimeout(() => setUrl(made));
    return () => {
      clearTimeout(timer);
      URL.revokeObjectURL(made);
    };
  }, [picture]);
  return <span class="thumbnail">{url !== null && <img src={url} alt="" decoding="async" draggable={false} />}</span>;
}
