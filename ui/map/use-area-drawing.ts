import { useEffect, useRef, useState } from 'react';
import type { MapArea } from '#engine/contract/camera-area.ts';
import type { CityScene, Stroke } from './city-scene.ts';
import { areaOf, type LngLat, type Sketch, type SketchTool, withPoint } from './sketch.ts';

/** How an area is being drawn, and what a person does to it. */
export interface AreaDrawing {
  /** null: nothing is being drawn. */
  sketch: Sketch | null;
  begin(tool: SketchTool, widthM: number): void;
  setWidth(widthM: number): void;
  /** Takes up the middle of the map: what somebody without a pointer aims with. */
  addMiddle(): void;
  undo(): void;
  finish(): void;
  cancel(): void;
  onStroke(stroke: Stroke): void;
}

/**
 * Draws an area with pointer, finger or keys. On the map Space takes up its middle, Enter finishes, Backspace takes the last
 * point back; Escape ends it wherever the focus is.
 */
export function useAreaDrawing(scene: CityScene | null, onDone: (area: MapArea) => void): AreaDrawing {
  const [sketch, setSketch] = useState<Sketch | null>(null);
  const now = useRef({ sketch, scene, onDone });
  now.current = { sketch, scene, onDone };
  const end = (area: MapArea | null) => {
    now.current.sketch = null;
    setSketch(null);
    if (area) now.current.onDone(area);
  };
  const add = (point: LngLat) => {
    const { sketch } = now.current;
    if (!sketch) return;
    const taken = withPoint(sketch, point);
    if (taken.done) return end(taken.done);
    now.current.sketch = taken.sketch;
    setSketch(taken.sketch);
  };
  const change = (how: (before: Sketch) => Sketch) => setSketch((before) => before && how(before));
  const drawing: AreaDrawing = {
    sketch,
    begin: (tool, widthM) => setSketch({ tool, points: [], pointer: null, widthM }),
    setWidth: (widthM) => change((before) => ({ ...before, widthM })),
    addMiddle: () => now.current.scene && add(now.current.scene.sightline.centre),
    undo: () => change((before) => ({ ...before, points: before.points.slice(0, -1) })),
    finish: () => {
      const area = now.current.sketch && areaOf(now.current.sketch);
      if (area) end(area);
    },
    cancel: () => end(null),
    onStroke: ({ act, lngLat }) => {
      if (act === 'move') change((before) => ({ ...before, pointer: lngLat }));
      else if (act === 'point') add(lngLat);
      else drawing.finish();
    },
  };

  const isDrawing = sketch !== null;
  useEffect(() => {
    scene?.setDrawing(isDrawing);
  }, [scene, isDrawing]);

  const latest = useRef(drawing);
  latest.current = drawing;
  useEffect(() => {
    if (!isDrawing) return;
    const onPress = (press: KeyboardEvent) => {
      // A dialog keeps the keys, unless it is one with the map in it.
      const dialog = document.querySelector('dialog[open]');
      if (dialog && !now.current.scene?.isWithin(dialog)) return;
      const onMap = press.target instanceof HTMLCanvasElement;
      const { key } = press;
      if (key === 'Escape') latest.current.cancel();
      else if (onMap && key === 'Enter') latest.current.finish();
      else if (onMap && key === ' ') latest.current.addMiddle();
      else if (onMap && key === 'Backspace') latest.current.undo();
      else return;
      press.preventDefault();
      press.stopPropagation();
    };
    addEventListener('keydown', onPress, { capture: true });
    return () => removeEventListener('keydown', onPress, { capture: true });
  }, [isDrawing]);
  return drawing;
}
