import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (path: string): string => decodeURIComponent(new URL(path, import.meta.url).pathname);

/** Everything the page needs is in its own build: no font, picture, script or tile comes from another host. */
export default defineConfig({
  root: here('.'),
  plugins: [react()],
  server: {
    proxy: {
      '/api': { target: 'https://localhost:8443', secure: false, changeOrigin: true },
      '/video': { target: 'https://localhost:8443', secure: false, changeOrigin: true, ws: true },
      '/socket.io': { target: 'https://localhost:8443', secure: false, changeOrigin: true, ws: true },
    },
  },
  build: {
    outDir: here('../dist'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    rolldownOptions: {
      // The phone has a page of its own: it waits for no map and no desk.
      input: [here('index.html'), here('patrol.html')],
      output: {
        codeSplitting: {
          groups: [
            // Else it lies with the map, and who needs it loads the map.
            { name: 'loading', test: /preload-helper/, priority: 1 },
            { name: 'maplibre', test: /node_modules[\\/](maplibre-gl|@maplibre|@mapbox|supercluster|kdbush)[\\/]/ },
            {
              name: 'deck',
              test: /node_modules[\\/](@deck\.gl|@luma\.gl|@loaders\.gl|@math\.gl|@probe\.gl|mjolnir\.js)[\\/]/,
            },
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/ },
          ],
        },
      },
    },
  },
});
